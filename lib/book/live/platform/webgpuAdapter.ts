// `lib/engine/webgpu/adapter` in a tab. The numbers of a GPU are its own; the widgets compute as the committed notebooks do, on wasm.
import type { EngineState } from '../../../engine/state';

export function webgpuState(): Promise<EngineState> {
  return Promise.resolve({ available: false, reason: 'the pages compute on wasm', fix: 'use wasm' });
}

export async function startWebgpu(): Promise<void> {
  throw new Error('the pages compute on wasm');
}
