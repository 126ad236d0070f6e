/// <reference lib="dom" />
// The control that says where a training computes: on wasm, or on the reader's GPU where WebGPU has one.
import { environment } from '../environment';
import { gpuState } from '../gpu';
import type { TrainEngine } from '../tasks/trainRequest';
import { type Choice, choice, make } from './controls';

/** What losses on webgpu are. */
export const ROUNDING =
  "within rounding of Node's on wasm, not digit for digit; rounding adds up from step to step";

export interface EngineChoice {
  readonly engine: Choice<TrainEngine>;
  /** Why there is no GPU to choose, or what it means to choose it. */
  readonly note: HTMLElement;
}

/** wasm, until it is known that there is a GPU and the reader chooses it. */
export function engineChoice(): EngineChoice {
  const engine = choice({
    label: 'Computes on',
    choices: { wasm: 'wasm (processor)', webgpu: 'webgpu (GPU)' },
    value: 'wasm',
    barred: ['webgpu'],
  });
  const note = make('p', { className: 'note' });
  void gpuState(environment().GESTALT_WEBGPU_SOFTWARE === '1').then(({ available, reason, fix }) => {
    if (available) engine.allow('webgpu', `webgpu (this machine's GPU: ${reason})`);
    note.textContent = available
      ? `On wasm the losses are Node's, digit for digit; on webgpu they are ${ROUNDING}.`
      : `It trains on wasm: ${reason} (to change that, ${fix}).`;
  });
  return { engine, note };
}
