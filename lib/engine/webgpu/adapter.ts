// TensorFlow.js's WebGPU backend on Dawn, Chromium's WebGPU, outside a browser: any vendor's GPU through Vulkan, Metal or D3D12.
import { execFile } from 'node:child_process';
import type * as Tf from '@tensorflow/tfjs';
import type { EngineState } from '../state';

/** What is used of WebGPU's objects; their full types come with the DOM. */
interface AdapterInfo {
  readonly vendor: string;
  readonly architecture: string;
  readonly description: string;
  readonly isFallbackAdapter: boolean;
}

interface Adapter {
  readonly info: AdapterInfo;
  readonly limits: Readonly<Record<string, number>>;
  requestDevice(options: { requiredLimits: Record<string, number> }): Promise<Device>;
}

interface Device {
  readonly lost: Promise<{ reason: string; message: string }>;
  addEventListener(type: 'uncapturederror', listener: (event: { error: Error }) => void): void;
}

interface Gpu {
  requestAdapter(options: { powerPreference: string }): Promise<Adapter | null>;
}

interface Dawn {
  create(options: string[]): Gpu;
  readonly globals: Readonly<Record<string, unknown>>;
}

/** Read at every start; for tests and for looking at results without a GPU, slowly. */
const SOFTWARE_ALLOWED = 'GESTALT_WEBGPU_SOFTWARE';
const REQUEST = { powerPreference: 'high-performance' };
const OTHERS = 'use the engine native or wasm';
const LONGEST_ANSWER = 20_000;
/** TensorFlow.js asks for as much of these as there is. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
];

/** Whether a GPU answers. Asks in a process of its own: a broken driver cannot end this one, and Vulkan's messages stay there. */
export async function webgpuState(): Promise<EngineState> {
  try {
    require.resolve('webgpu');
  } catch {
    return { available: false, reason: 'the package webgpu is not installed', fix: `npm ci, else ${OTHERS}` };
  }
  const answer = await ask();
  if ('failure' in answer) {
    return {
      available: false,
      reason: `the package webgpu does not load: ${answer.failure}`,
      fix: `on Linux it needs glibc 2.34 or later (Debian 12, Ubuntu 22.04); else ${OTHERS}`,
    };
  }
  const refused = whyRefused(answer.info);
  return refused ?? { available: true, reason: nameOf(answer.info as AdapterInfo), fix: '' };
}

type Answer = { info: AdapterInfo | null } | { failure: string };

function ask(): Promise<Answer> {
  const script = `
    import(${JSON.stringify(require.resolve('webgpu'))})
      .then(async ({ create }) => (await create([]).requestAdapter(${JSON.stringify(REQUEST)}))?.info)
      .then((i) => i ? { info: { vendor: i.vendor, architecture: i.architecture, description: i.description,
        isFallbackAdapter: i.isFallbackAdapter } } : { info: null })
      .catch((error) => ({ failure: error.message }))
      .then((answer) => process.stdout.write(JSON.stringify(answer) + '\\n', () => process.exit()));`;
  return new Promise((resolve) => {
    execFile(process.execPath, ['-e', script], { timeout: LONGEST_ANSWER }, (error, stdout) => {
      const answer = stdout.trim().split('\n').at(-1);
      if (answer) resolve(JSON.parse(answer));
      else resolve({ failure: error?.killed ? 'no answer' : (error?.message.split('\n')[0] ?? 'no answer') });
    });
  });
}

/** Makes 'webgpu' the current backend. Throws when there is no adapter, or only one that computes in software or not at all. */
export async function startWebgpu(): Promise<void> {
  const tf: typeof Tf = await import('@tensorflow/tfjs');
  const first = tf.findBackend('webgpu') === null;
  if (first) await register(tf);
  if (!(await tf.setBackend('webgpu'))) throw new Error('the webgpu backend of TensorFlow.js did not start');
  await tf.ready();
  if (!first) return;
  const { installWebgpuKernels } = await import('./kernels');
  installWebgpuKernels();
}

async function register(tf: typeof Tf): Promise<void> {
  const { create, globals } = (await import('webgpu')) as unknown as Dawn;
  for (const [name, value] of Object.entries(globals)) {
    if (!(name in globalThis))
      Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const gpu = create([]);
  const adapter = await gpu.requestAdapter(REQUEST);
  const refused = whyRefused(adapter?.info ?? null);
  if (adapter === null || refused !== undefined) throw new Error(refused?.reason);
  exposeGpu(gpu);
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  const device = await adapter.requestDevice({ requiredLimits });
  const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
  const backend = new WebGPUBackend(device as never, adapter.info as never);
  reportErrors(device, backend);
  // The import may have registered a backend of its own.
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend);
}

/** The backend looks for `navigator.gpu`; Node has no navigator before version 21, and later one that cannot be replaced. */
function exposeGpu(gpu: Gpu): void {
  const property = { value: gpu, configurable: true };
  const { navigator } = globalThis as { navigator?: object };
  if (navigator !== undefined) Object.defineProperty(navigator, 'gpu', property);
  else {
    const value = Object.defineProperty({}, 'gpu', property);
    Object.defineProperty(globalThis, 'navigator', { value, configurable: true, writable: true });
  }
}

/** WebGPU reports errors as events, after the call that caused them. They are thrown where values are next read. */
function reportErrors(device: Device, backend: Tf.KernelBackend): void {
  let failure: Error | undefined;
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= new Error(explain(error));
  });
  void device.lost.then(({ reason, message }) => {
    if (reason !== 'destroyed')
      failure = new Error(`The GPU was lost (${message}). Start the process again.`);
  });
  const read = backend.read.bind(backend);
  backend.read = async (dataId) => {
    const values = await read(dataId).catch((error: Error) => {
      throw failure ?? error;
    });
    const reported = failure;
    failure = undefined;
    if (reported !== undefined) throw reported;
    return values;
  };
  const readSync = backend.readSync.bind(backend);
  backend.readSync = (dataId) => {
    try {
      return readSync(dataId);
    } catch {
      throw new Error(
        'The webgpu engine cannot read a tensor at once: write `await tensor.data()` in place of `dataSync()`.',
      );
    }
  };
}

function explain(error: Error): string {
  const memory = /out of memory|outofmemory/i.test(`${error.constructor.name} ${error.message}`);
  return memory
    ? `The GPU's memory is exhausted: use a smaller batch, smaller images or a narrower network. (${error.message})`
    : `WebGPU reports an error: ${error.message}`;
}

function whyRefused(info: AdapterInfo | null): EngineState | undefined {
  if (info === null || info.vendor === '') {
    const fix = `install the GPU's driver with Vulkan (on Linux also libvulkan1), else ${OTHERS}`;
    return { available: false, reason: 'no GPU answers through Vulkan, Metal or D3D12', fix };
  }
  if (info.isFallbackAdapter && process.env[SOFTWARE_ALLOWED] !== '1') {
    return {
      available: false,
      reason: `only an adapter in software (${nameOf(info)}), slower than wasm`,
      fix: `install the GPU's driver with Vulkan, else ${OTHERS}; ${SOFTWARE_ALLOWED}=1 takes it all the same`,
    };
  }
  return undefined;
}

/** E.g. `nvidia hopper (NVIDIA: 580.159.04)`: who made it, its kind where WebGPU tells, and the driver. */
function nameOf({ vendor, architecture, description }: AdapterInfo): string {
  const made = `${vendor} ${architecture}`.trim();
  return description === '' ? made : `${made} (${description})`;
}
