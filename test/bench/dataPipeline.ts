// Images for training, prepared by threads beside the engine against this thread alone: an epoch, how long a step waits, rendering.
import { type Transform, trainTransform } from '../../lib/data/augment';
import type { ImageSource } from '../../lib/data/imageSource';
import { endPreparation, preparationThreads } from '../../lib/data/preparation/preparation';
import { relief16 } from '../../lib/data/relief16/relief16';
import { renderRange } from '../../lib/data/relief16/renderRange';
import { resolveRelief } from '../../lib/data/relief16/settings';
import { squareTransform } from '../../lib/data/squareTransform';
import { type EngineName, useEngine } from '../../lib/engine/engine';
import { buildResNet18 } from '../../lib/models/resnet';
import { classification } from '../../lib/objectives/classification';
import { constant } from '../../lib/objectives/schedule';
import { sgd } from '../../lib/objectives/sgd';
import { type TrainSpeed, train } from '../../lib/train/train';
import { alternate, type BenchRow, clocked, median, medianRatio } from './bench';

const SIZE = 64;
const ROUNDS = 5;
const TRANSFORMS: Readonly<Record<string, Transform>> = {
  'random crops': trainTransform({ size: SIZE, scale: [0.35, 1] }),
  RandAugment: squareTransform({ size: SIZE, randAugment: true }),
};

/** On `GESTALT_ENGINE`, else on wasm with two workers. */
export async function dataPipeline(): Promise<BenchRow[]> {
  const name = (process.env.GESTALT_ENGINE ?? 'wasm') as EngineName;
  const workers = name === 'wasm' ? 2 : 1;
  await useEngine({ name, quiet: true });
  const settings = { split: 'train', size: SIZE, count: 64, seed: 1 } as const;
  const source = await relief16(settings);
  const rows: BenchRow[] = [await rendering(settings, source.count)];
  for (const [kind, transform] of Object.entries(TRANSFORMS))
    rows.push(...(await epochs(source, kind, transform, { name, workers })));
  await endPreparation();
  return rows;
}

async function rendering(settings: Parameters<typeof relief16>[0], count: number): Promise<BenchRow> {
  const task = { settings: resolveRelief(settings), hash: '', start: 0, end: count };
  const times = await alternate(
    3,
    { threads: () => clocked(() => relief16(settings)), here: () => clocked(() => renderRange(task)) },
    1,
  );
  return {
    what: `Relief-16 at ${SIZE} px, ${count} images, rendered by ${preparationThreads()} threads against one`,
    measured: `${medianRatio(times.threads, times.here).toFixed(2)} times as long (${(median(times.threads) / 1000).toFixed(1)} s)`,
    goal: 'below 1 where cores are free',
  };
}

async function epochs(
  source: ImageSource,
  kind: string,
  transform: Transform,
  { name, workers }: { name: EngineName; workers: number },
): Promise<BenchRow[]> {
  // A copy has no recipe, so it is applied in this thread.
  const here = { ...transform };
  const speeds: TrainSpeed[] = [];
  const epoch = async (applied: Transform): Promise<number> => {
    const model = buildResNet18(
      { architecture: 'resnet18', variant: 'code', width: 16, inputSize: SIZE, classes: 16, stemStride: 2 },
      0,
    );
    const { speed } = await train({
      model,
      source,
      objective: classification(),
      optimizer: sgd({ momentum: 0.9 }),
      schedule: constant(0.01),
      transform: applied,
      epochs: 1,
      batchSize: 32,
      workers,
      seed: 0,
    });
    model.dispose();
    if (applied === transform) speeds.push(speed);
    return 1000 * (speed.stepSeconds + speed.dataSeconds);
  };
  const times = await alternate(ROUNDS, { threads: () => epoch(transform), here: () => epoch(here) }, 1);
  const ratio = medianRatio(times.threads, times.here);
  const waiting = median(
    speeds.map(({ stepSeconds, dataSeconds }) => (stepSeconds + dataSeconds) / stepSeconds),
  );
  const what = `ResNet-18 width 16, ${SIZE} px, batch 32, ${name}, ${kind}`;
  return [
    {
      what: `${what}: an epoch with images by threads against this thread`,
      measured: `${ratio.toFixed(2)} times as long`,
      goal: 'at most 1.0',
      met: ratio <= 1.0,
    },
    {
      what: `${what}: steps and waiting for images, over steps`,
      measured: waiting.toFixed(2),
      goal: 'at most 1.3',
      met: waiting <= 1.3,
    },
  ];
}
