/// <reference lib="dom" />
// `lib/engine/webgpu/adapter` in a tab: the browser is asked in this thread; what it gives is started as in Node.
import type { EngineState } from '../../../engine/state';
import { gpuState } from '../gpu';

export { startWebgpu } from '../../../engine/webgpu/adapter';

export function webgpuState(): Promise<EngineState> {
  return gpuState(process.env.GESTALT_WEBGPU_SOFTWARE === '1');
}
