// Runs of the Top-K experiment at given accuracies, for tests of the rules that judge them.
import type { RunRecord } from '../../lib/results/record';
import { syntheticRecord } from './syntheticRecords';

/** In percent, by subset: of both test sets, or of the original and the stylised one. */
export type Accuracies = Readonly<Record<string, number | readonly [original: number, stylised: number]>>;

/** By specification and variant. */
export type Grid = Partial<
  Record<'code' | 'paper', Partial<Record<'none' | 'topk' | 'topk-mean', Accuracies>>>
>;

/** Five steps of this size have a sample deviation of 1. */
const STEP = 1 / Math.sqrt(2.5);

/** Five seeds of each network, whose accuracies have this sample deviation (of one subset another, where it says so). The half width of a
 *  subset's interval is 1.459 times as much, of one pooled over two subsets 0.948 times. */
export function runsAt(grid: Grid, spread: number | Readonly<Record<string, number>>): RunRecord[] {
  return Object.entries(grid).flatMap(([spec, variants]) =>
    Object.entries(variants).flatMap(([variant, accuracies]) =>
      Object.entries(accuracies).flatMap(([subset, accuracy]) => {
        const [original, stylised] = typeof accuracy === 'number' ? [accuracy, accuracy] : accuracy;
        const own = typeof spread === 'number' ? spread : spread[subset];
        return [-2, -1, 0, 1, 2].map((step, seed) =>
          syntheticRecord({
            spec,
            variant,
            subset,
            seed,
            original: (original + step * STEP * own) / 100,
            stylised: (stylised + step * STEP * own) / 100,
          }),
        );
      }),
    ),
  );
}
