/// <reference lib="dom" />
// Which GPU this browser computes on: for the page, which offers it, and for the worker, which starts on it.
import type { EngineState } from '../../engine/state';

/** What is used of WebGPU's objects; TypeScript's DOM does not have them yet. */
export interface Gpu {
  requestAdapter(options: { powerPreference: string }): Promise<Adapter | null>;
}

export interface Adapter {
  readonly info: {
    readonly vendor: string;
    readonly architecture: string;
    readonly isFallbackAdapter: boolean;
  };
}

/** The browser's WebGPU, or undefined. */
export function browserGpu(): Gpu | undefined {
  return (navigator as Navigator & { readonly gpu?: Gpu }).gpu;
}

/** Whether there is a GPU, and its name as the reason. One in software counts where it is allowed. */
export async function gpuState(softwareAllowed: boolean): Promise<EngineState> {
  const gpu = browserGpu();
  if (gpu === undefined) {
    return isSecureContext
      ? refuse('this browser has no WebGPU', 'take a browser that has it')
      : refuse(
          'WebGPU needs a secure address',
          'open the book from its folder, from https or from http://localhost',
        );
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (adapter === null) {
    return refuse(
      'WebGPU finds no GPU',
      "turn graphics acceleration on in the browser's settings, or renew the GPU's driver",
    );
  }
  const name = nameOf(adapter);
  const { isFallbackAdapter } = adapter.info;
  if (isFallbackAdapter && !softwareAllowed) {
    return refuse(
      `WebGPU finds only an adapter in software (${name}), slower than wasm`,
      'write ?GESTALT_WEBGPU_SOFTWARE=1 after the address of this page, which takes it all the same',
    );
  }
  return { available: true, reason: isFallbackAdapter ? `${name}, in software` : name, fix: '' };
}

function refuse(reason: string, fix: string): EngineState {
  return { available: false, reason, fix };
}

/** E.g. `nvidia hopper`. Browsers may keep either word back. */
function nameOf({ info: { vendor, architecture } }: Adapter): string {
  return `${vendor} ${architecture}`.trim() || 'not named by the browser';
}
