// The moving average of a network's weights, by which a generator is judged.
import * as tf from '@tensorflow/tfjs';
import type { NamedWeight } from '../models/model';
import type { NamedTensor } from '../objectives/optimizer';
import { movingAverage } from '../ops/movingAverage';

/** Averages of parameters, not of buffers. */
export interface AveragedWeights {
  /** Share of the past. */
  readonly decay: number;
  /** One more step: `average = decay * average + (1 - decay) * weight`. */
  update(): void;
  /** Runs with the averages in place of the weights, which are put back afterwards, whatever happens. */
  during<T>(run: () => Promise<T>): Promise<T>;
  /** For checkpoints, by the weights' names; the tensors stay the average's own. */
  state(): NamedTensor[];
  /** Throws, changing nothing, unless there is one tensor of its shape for each weight. */
  load(state: readonly NamedTensor[]): void;
  dispose(): void;
}

/** Begins at the weights as they are. Throws on a decay outside [0, 1). Source: FastGAN, decay 0.999. */
export function averageWeights(
  parameters: readonly NamedWeight[],
  { decay }: { decay: number },
): AveragedWeights {
  if (!(decay >= 0 && decay < 1))
    throw new Error(`An average keeps a share of at least 0 and below 1, got ${decay}.`);
  const averages = new Map<string, tf.Tensor>();
  for (const { name, variable } of parameters) averages.set(name, tf.keep(tf.clone(variable)));

  function put(name: string, tensor: tf.Tensor): void {
    averages.get(name)?.dispose();
    averages.set(name, tf.keep(tensor));
  }

  return {
    decay,
    update() {
      for (const { name, variable } of parameters) {
        put(name, movingAverage(averages.get(name)!, variable, { share: 1 - decay }));
      }
    },
    async during(run) {
      const own = parameters.map(({ variable }) => tf.keep(tf.clone(variable)));
      for (const { name, variable } of parameters)
        tf.tidy(() => variable.assign(tf.clone(averages.get(name)!)));
      try {
        return await run();
      } finally {
        for (const [i, { variable }] of parameters.entries()) {
          tf.tidy(() => variable.assign(tf.clone(own[i])));
        }
        tf.dispose(own);
      }
    },
    state: () => [...averages].map(([name, tensor]) => ({ name, tensor })),
    load(state) {
      const found = new Map(state.map(({ name, tensor }) => [name, tensor]));
      for (const { name, variable } of parameters) {
        const tensor = found.get(name);
        if (tensor === undefined) throw new Error(`The averaged weights lack "${name}".`);
        if (tensor.shape.join() !== variable.shape.join()) {
          throw new Error(
            `The average of "${name}" has shape [${tensor.shape}], the weight [${variable.shape}].`,
          );
        }
      }
      // First the copies: the state may be these averages' own.
      const copies = parameters.map(({ name }) => tf.clone(found.get(name)!));
      for (const [i, { name }] of parameters.entries()) put(name, copies[i]);
    },
    dispose() {
      tf.dispose([...averages.values()]);
      averages.clear();
    },
  };
}
