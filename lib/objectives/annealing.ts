// Weights of a term that rise and fall while training. Source: Fu et al. 2019 (cyclical annealing), in the form of LocNet.
import type { Schedule } from './schedule';

export interface CyclicSigmoidOptions {
  /** Entries of the series. */
  length: number;
  /** Climbs. */
  cycles: number;
  /** Share of a cycle that climbs; the rest stays at 1. */
  ratio: number;
  /** Where on the sigmoid a climb begins and ends; its centre is 0.5. Default 0 and 1. */
  start?: number;
  stop?: number;
}

/** A series of ones in which each cycle of `length / cycles` entries begins with a climb of a sigmoid, `1 / (1 + exp(6 - 12 v))` for v from
 *  `start` to `stop`: from 0.00247 to 0.99753 by default. A climb that ends beyond the series is cut. Spec of LocNet, section 2.2. */
export function cyclicSigmoid(options: CyclicSigmoidOptions): Float64Array {
  const { length, cycles, ratio, start = 0, stop = 1 } = options;
  const series = new Float64Array(length).fill(1);
  const period = length / cycles;
  const step = (stop - start) / (period * ratio);
  for (let cycle = 0; cycle < cycles; cycle++) {
    // Accumulated as the authors do it: rounding decides whether a last entry belongs to the climb.
    for (let v = start, i = 0; v <= stop; v += step, i++) {
      const index = Math.trunc(i + cycle * period);
      if (index < length) series[index] = 1 / (1 + Math.exp(-(12 * v - 6)));
    }
  }
  return series;
}

export interface RestOptions {
  /** Epochs at the beginning without this term. */
  rest: number;
  stepsPerEpoch: number;
  /** `paper`: the term has no weight while it rests. `code`: the first epoch of the series is played once more in each of these epochs. */
  form: 'paper' | 'code';
}

/** The weight at a step of a series that begins after some epochs of rest. Beyond its end it keeps its last value. Section 2.3. */
export function afterRest(series: ArrayLike<number>, { rest, stepsPerEpoch, form }: RestOptions): Schedule {
  return (step) => {
    const epoch = Math.floor(step / stepsPerEpoch);
    if (form === 'paper' && epoch < rest) return 0;
    const index = Math.max(0, epoch - rest) * stepsPerEpoch + (step % stepsPerEpoch);
    return series[Math.min(index, series.length - 1)];
  };
}
