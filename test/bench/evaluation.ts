// A pass of the small ResNet-18 over the embedded benchmark: rendering, distorting and the network, all 17 sets.
import { reliefBenchmark } from '../../lib/benchmark/embedded';
import { evaluate } from '../../lib/benchmark/evaluate';
import { loadModel } from '../../lib/benchmark/loadModel';
import { useEngine } from '../../lib/engine/engine';
import { SHIPPED_NETWORK } from '../../lib/experiments/stimuliTransfer';
import { fromRoot } from '../../lib/files';
import { type BenchRow, clocked } from './bench';

const GOAL_SECONDS = 60;

export async function evaluation(): Promise<BenchRow[]> {
  await useEngine({ name: 'wasm', quiet: true });
  const { model } = loadModel(fromRoot(SHIPPED_NETWORK));
  const sets = reliefBenchmark();
  const images = sets.reduce((sum, { count }) => sum + count, 0);
  const seconds = (await clocked(() => evaluate(model, sets, { subject: 'bench' }))) / 1000;
  model.dispose();
  return [
    {
      what: `17 embedded sets at 64 px, ${images} images, ResNet-18 of width 16 on wasm`,
      measured: `${seconds.toFixed(0)} s (${(images / seconds).toFixed(0)} images/s)`,
      goal: `at most ${GOAL_SECONDS} s`,
      met: seconds <= GOAL_SECONDS,
    },
  ];
}
