// TensorFlow's C library behind TensorFlow.js: starts the tfjs-node addon, with or without a GPU.
import * as path from 'node:path';
import type * as Tf from '@tensorflow/tfjs';
import type { EngineState } from '../state';
import { gpuProblem } from './gpu';
import { findInstallation, type NativeName } from './installation';

/** What is used of tfjs-node's modules. */
interface TfjsNode {
  NodeJSKernelBackend: new (binding: object, packageName: string) => Tf.KernelBackend;
}

/** The addon can be loaded once a process. */
let loaded: { name: NativeName; usesGpu: boolean; threads: number | undefined } | undefined;

/** Whether the addon is there. Looks at files, loads nothing. */
export function addonState(name: NativeName): EngineState {
  const found = findInstallation(name);
  if ('fix' in found) return { available: false, ...found };
  return { available: true, reason: found.description, fix: '' };
}

/** Loads the addon and makes it the current backend, on so many threads (default: one a core). Throws when the addon, or for 'native-gpu' the GPU, does not start, and
 *  for 'native' when this process already computes on the GPU, or on another number of threads than is asked for. */
export async function loadAddon(name: NativeName, threads?: number): Promise<void> {
  const tf: typeof Tf = await import('@tensorflow/tfjs');
  loaded ??= { name, usesGpu: await load(tf, name, threads), threads };
  if (threads !== undefined && loaded.threads !== threads) {
    throw new Error(
      `TensorFlow was started on ${loaded.threads ?? 'all cores'}, not on ${threads} thread(s), and stays there: use a process of its own`,
    );
  }
  if (!(await tf.setBackend('tensorflow'))) throw new Error('TensorFlow did not start');
  if (name === 'native-gpu' && !loaded.usesGpu) {
    throw new Error(
      `TensorFlow sees no GPU: ${loaded.name === 'native' ? 'it was started without' : gpuProblem()}`,
    );
  }
  if (name === 'native' && loaded.usesGpu) {
    throw new Error(
      'TensorFlow was started on the GPU and stays there: use "native" in a process of its own',
    );
  }
}

/** Returns whether it computes on a GPU. */
async function load(tf: typeof Tf, name: NativeName, threads: number | undefined): Promise<boolean> {
  const found = findInstallation(name);
  if ('fix' in found) throw new Error(`${found.reason}. To fix it: ${found.fix}`);
  setEnvironment(name, threads);
  restoreRemovedFunctions();
  const binding = loadBinding(found.addon);
  const inPackage = (file: string): string => path.join(found.package, 'dist', file);
  require(inPackage('register_all_kernels'));
  const { NodeJSKernelBackend } = require(inPackage('nodejs_kernel_backend')) as TfjsNode;
  tf.registerBackend('tensorflow', () => new NodeJSKernelBackend(binding, '@tensorflow/tfjs-node'));
  const { installNativeKernels, installOwnKernels } = await import('./kernels');
  if (!(await tf.setBackend('tensorflow'))) throw new Error(`${found.description}, did not start`);
  installNativeKernels();
  const usesGpu = (tf.backend() as unknown as { isUsingGpuDevice: boolean }).isUsingGpuDevice;
  if (found.ownKernels && !usesGpu) installOwnKernels();
  return usesGpu;
}

function loadBinding(addon: string): object {
  try {
    return require(addon);
  } catch (error) {
    throw new Error(
      `the addon does not load: ${(error as Error).message}. Build it anew: npm run engine:native, with -- --cuda for a GPU`,
    );
  }
}

/** TensorFlow reads these once, when it is loaded. */
function setEnvironment(name: NativeName, threads: number | undefined): void {
  // Else TensorFlow takes nearly all of a GPU's memory at its start.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // TensorFlow itself takes oneDNN on processors with AVX-512 VNNI only; with AVX2 it is faster, too.
  if (process.arch === 'x64') process.env.TF_ENABLE_ONEDNN_OPTS ??= '1';
  if (name === 'native') process.env.CUDA_VISIBLE_DEVICES = '-1';
  if (threads === undefined) return;
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_NUM_INTEROP_THREADS = String(threads);
}

/** Node 23 and later have dropped a function that tfjs-node 4.22.0 calls, Node 22 warns of it. */
function restoreRemovedFunctions(): void {
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean };
  util.isNullOrUndefined = (value) => value === null || value === undefined;
}
