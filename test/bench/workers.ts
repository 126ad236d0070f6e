// Data-parallel training: steps on two worker threads against the same steps on one.
import { type BenchRow, median, medianRatio } from './bench';
import { inTurn, ourEngine } from './contestants';
import { BATCH, SIZE, WIDTH } from './smallResNet';

const ROUNDS = 9;
/** Training runs steps in a row: a thread that was idle for the other side's steps would begin with cold caches. */
const STEPS_IN_A_ROW = 20;
/** Until V8 has compiled what runs often: for some hundred steps its own threads want the cores too. */
const WARM_UPS = 6;

export async function workers(): Promise<BenchRow[]> {
  const [one, two] = [1, 2].map((workers) =>
    ourEngine({ name: String(workers), engine: 'wasm', width: WIDTH, workers, steps: STEPS_IN_A_ROW }),
  );
  const times = await inTurn([one, two], ROUNDS, WARM_UPS);
  const ratio = medianRatio(times[one.name], times[two.name]);
  const milliseconds = [one, two].map(({ name }) => median(times[name]).toFixed(0)).join(' / ');
  return [
    {
      what: `step of ResNet-18 width ${WIDTH}, ${SIZE} px, batch ${BATCH} on wasm: one thread / two data-parallel workers`,
      measured: `${ratio.toFixed(2)} (${milliseconds} ms)`,
      goal: 'at least 1.7',
      met: ratio >= 1.7,
    },
  ];
}
