// Data-parallel training: a step on two worker threads against the same step on one.
import { useEngine } from '../../lib/engine/engine';
import { dataParallelRunner, singleRunner } from '../../lib/train/dataParallel';
import { alternate, type BenchRow, clocked, median } from './bench';
import { noiseBatch, OBJECTIVE, OPTIMIZER, smallResNet } from './smallResNet';

const ROUNDS = 16;
/** Training runs steps in a row: a thread that was idle for the other side's step would begin with cold caches. */
const STEPS_IN_A_ROW = 5;
/** A new thread runs its first steps slowly, until its code is compiled. */
const WARM_UPS = 12;

export async function workers(): Promise<BenchRow[]> {
  await useEngine({ name: 'wasm', quiet: true });
  const batch = noiseBatch();
  const single = singleRunner(smallResNet('none'));
  const pair = await dataParallelRunner(smallResNet('none'), {
    workers: 2,
    shape: batch.shape,
    objective: OBJECTIVE,
    optimizer: OPTIMIZER,
  });
  try {
    const step = (runner: typeof single) => async () => {
      const milliseconds = await clocked(async () => {
        for (let i = 0; i < STEPS_IN_A_ROW; i++) await runner.step(batch, 0.02);
      });
      return milliseconds / STEPS_IN_A_ROW;
    };
    const { first, second, ratio } = await alternate(ROUNDS, step(single), step(pair), WARM_UPS);
    const times = `${median(first).toFixed(0)} / ${median(second).toFixed(0)} ms`;
    return [
      {
        what: 'the same step: one thread / two data-parallel workers',
        measured: `${ratio.toFixed(2)} (${times})`,
        goal: 'at least 1.7',
        met: ratio >= 1.7,
      },
    ];
  } finally {
    await pair.dispose();
  }
}
