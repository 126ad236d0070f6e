// The training of FastGAN: iterations over a few images, with checkpoints and exact resume.
import * as tf from '@tensorflow/tfjs';
import { batches } from '../../data/batches';
import type { ImageSource } from '../../data/imageSource';
import { wholeImage } from '../../data/wholeImage';
import { deriveSeed } from '../../random';
import type { Stopped } from '../callbacks';
import { LeakGuard } from '../leakGuard';
import { type GanConfig, loadGan, saveGan } from './ganCheckpoint';
import { type GanLearners, type GanTerms, ganStep } from './ganStep';

/** Mean terms of some iterations. */
export interface GanCurveRow extends GanTerms {
  /** Iterations done. */
  readonly iteration: number;
}

export interface GanTrainOptions {
  learners: GanLearners;
  /** Names the distance that the learners have: a checkpoint made with another is refused. */
  distance: string;
  /** Real images; their classes do not matter. */
  source: ImageSource;
  iterations: number;
  /** Default 8. */
  batchSize?: number;
  /** Default 2e-4. */
  learningRate?: number;
  seed: number;
  /** Iterations a row of the curve. Default 50. */
  everyIterations?: number;
  /** Called with every row of the curve, e.g. to draw samples or to measure a distance. */
  onRow?: (row: GanCurveRow) => void | Promise<void>;
  /** Written with every row, at the end and on interruption. */
  checkpoint?: { file: string };
  /** Stops behind the current iteration. */
  signal?: AbortSignal;
}

export interface GanTrainResult {
  readonly curve: readonly GanCurveRow[];
  readonly stopped: Stopped;
  readonly iterations: number;
}

interface Progress {
  iteration: number;
  /** Sums of the terms since the last row. */
  sums: Record<string, number>;
  curve: GanCurveRow[];
}

/** Trains both networks. The learners stay the caller's; they hold what was reached.
 *
 *  Images come in a random order, each once before any comes again; what does not fill a batch waits for the next round in another order. Throws on fewer
 *  images than a batch, when a term is not finite (naming it and the iteration), when tensors leak, and on a checkpoint of another configuration. */
export async function trainGan(options: GanTrainOptions): Promise<GanTrainResult> {
  const { learners, source, iterations, signal, checkpoint, seed } = options;
  const { batchSize = 8, learningRate = 2e-4, everyIterations = 50 } = options;
  if (source.count < batchSize) {
    throw new Error(`${source.name} has ${source.count} images, fewer than the batch of ${batchSize}.`);
  }
  const config = configOf(options, { batchSize, learningRate, everyIterations });
  const progress = loadOrStart(options, config);
  const leaks = new LeakGuard();
  const save = async (): Promise<void> => {
    if (checkpoint !== undefined) await saveGan(checkpoint.file, learners, config, progress);
  };
  const images = realImages(
    source,
    learners.generator.spec.imageSize as number,
    batchSize,
    seed,
    progress.iteration,
  );
  while (progress.iteration < iterations) {
    if (signal?.aborted) {
      await save();
      return { curve: progress.curve, stopped: 'interrupted', iterations: progress.iteration };
    }
    const { value: pixels } = (await images.next()) as { value: tf.Tensor4D };
    try {
      addTerms(progress, await iterate(options, pixels, learningRate, progress.iteration));
    } finally {
      pixels.dispose();
    }
    leaks.afterStep();
    if (progress.iteration % everyIterations === 0) {
      leaks.beforeCallbacks(progress.iteration / everyIterations, everyIterations);
      const row = endRow(progress, everyIterations);
      await options.onRow?.(row);
      leaks.afterCallbacks();
      await save();
    }
    // Lets live outputs, interrupts and timers through.
    await new Promise(setImmediate);
  }
  await save();
  return { curve: progress.curve, stopped: 'finished', iterations: progress.iteration };
}

async function iterate(
  { learners, seed }: GanTrainOptions,
  pixels: tf.Tensor4D,
  learningRate: number,
  step: number,
): Promise<GanTerms> {
  try {
    return await ganStep(learners, pixels, { learningRate, step, seed: deriveSeed(seed, 'step') });
  } catch (error) {
    throw new Error(`Training stopped after iteration ${step}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function configOf(
  { learners, distance, source, seed }: GanTrainOptions,
  numbers: Record<string, number>,
): GanConfig {
  const { generator, discriminator } = learners;
  return {
    generator: generator.spec,
    discriminator: discriminator.spec,
    distance,
    source: source.hash ?? `${source.name} ${source.count}`,
    seed,
    ...numbers,
    engine: tf.getBackend(),
  };
}

function loadOrStart({ learners, checkpoint }: GanTrainOptions, config: GanConfig): Progress {
  const stored = checkpoint && loadGan<Progress>(checkpoint.file, learners, config);
  return stored ?? { iteration: 0, sums: {}, curve: [] };
}

/** Endless batches in [-1, 1], from the one that iteration `start` sees. The caller disposes them. */
async function* realImages(
  source: ImageSource,
  size: number,
  batchSize: number,
  seed: number,
  start: number,
): AsyncGenerator<tf.Tensor4D, never, undefined> {
  const transform = wholeImage({ size });
  const perRound = Math.floor(source.count / batchSize);
  let skipped = start % perRound;
  for (let round = Math.floor(start / perRound); ; round++) {
    const order = {
      source,
      transform,
      batchSize,
      seed: deriveSeed(seed, 'data'),
      epoch: round,
      shuffle: true,
    };
    for await (const batch of batches({ ...order, smallestBatch: batchSize, start: skipped })) {
      yield tf.tensor4d(batch.images, batch.shape);
    }
    skipped = 0;
  }
}

function addTerms(progress: Progress, terms: GanTerms): void {
  progress.iteration++;
  for (const [name, value] of Object.entries(terms)) progress.sums[name] = (progress.sums[name] ?? 0) + value;
}

function endRow(progress: Progress, count: number): GanCurveRow {
  const means = Object.fromEntries(Object.entries(progress.sums).map(([name, sum]) => [name, sum / count]));
  const row = { iteration: progress.iteration, ...means } as unknown as GanCurveRow;
  progress.sums = {};
  progress.curve.push(row);
  return row;
}
