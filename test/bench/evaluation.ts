// A pass over the embedded benchmark, of the small ResNet-18 here: rendering, distorting and the network, all 17 sets.
import { reliefBenchmark } from '../../lib/benchmark/embedded';
import { evaluate } from '../../lib/benchmark/evaluate';
import { loadModel } from '../../lib/benchmark/loadModel';
import { useEngine } from '../../lib/engine/engine';
import { SHIPPED_NETWORK } from '../../lib/experiments/stimuliTransfer';
import { fromRoot } from '../../lib/files';
import type { ImageModel } from '../../lib/models/model';
import { type BenchRow, clocked } from './bench';

export async function evaluation(): Promise<BenchRow[]> {
  await useEngine({ name: 'wasm', quiet: true });
  const { model } = loadModel(fromRoot(SHIPPED_NETWORK));
  return [await embeddedPass(model, { network: 'ResNet-18 of width 16', goal: 60 })];
}

/** A pass of a network over all 17 sets on wasm, which must be in use; `goal` in seconds. The model is disposed. */
export async function embeddedPass(
  model: ImageModel,
  { network, goal }: { network: string; goal: number },
): Promise<BenchRow> {
  const sets = reliefBenchmark();
  const images = sets.reduce((sum, { count }) => sum + count, 0);
  const seconds = (await clocked(() => evaluate(model, sets, { subject: 'bench' }))) / 1000;
  model.dispose();
  return {
    what: `17 embedded sets at 64 px, ${images} images, ${network} on wasm`,
    measured: `${seconds.toFixed(0)} s (${(images / seconds).toFixed(0)} images/s)`,
    goal: `at most ${goal} s`,
    met: seconds <= goal,
  };
}
