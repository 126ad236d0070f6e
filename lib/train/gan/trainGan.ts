// The training of FastGAN: iterations over a few images, with checkpoints and exact resume.
import * as tf from '@tensorflow/tfjs';
import { batches } from '../../data/batches';
import type { ImageSource } from '../../data/imageSource';
import { wholeImage } from '../../data/wholeImage';
import { deriveSeed } from '../../random';
import type { Stopped } from '../callbacks';
import type { RunConfig } from '../checkpoint';
import { LeakGuard } from '../leakGuard';
import { loadGan, saveGan } from './ganCheckpoint';
import {
  type EvaluationProgress,
  evaluateGan,
  type GanEvaluation,
  type GanScoreRow,
  NO_EVALUATION,
} from './ganEvaluation';
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
  /** Called with every row of the curve, e.g. to draw samples. */
  onRow?: (row: GanCurveRow) => void | Promise<void>;
  /** Before the first iteration and behind every so many. */
  evaluation?: GanEvaluation;
  /** Written with every row, at the end and on interruption. Needed for a way back to the best state, which lies beside it. */
  checkpoint?: { file: string };
  /** Stops behind the current iteration. */
  signal?: AbortSignal;
}

export interface GanTrainResult {
  readonly curve: readonly GanCurveRow[];
  readonly evaluations: readonly GanScoreRow[];
  /** Ways back to the best state. */
  readonly rollbacks: number;
  readonly stopped: Stopped;
  readonly iterations: number;
}

interface Progress {
  iteration: number;
  /** Sums of the terms since the last row. */
  sums: Record<string, number>;
  curve: GanCurveRow[];
  evaluation: EvaluationProgress;
}

/** Trains both networks. The learners stay the caller's; they hold what was reached.
 *
 *  Images come in a random order, each once before any comes again; what does not fill a batch waits for the next round in another order. Throws on fewer
 *  images than a batch, when a term is not finite (naming it and the iteration), when tensors leak, on a checkpoint of another configuration, and where a way
 *  back is asked for without a checkpoint. */
export async function trainGan(options: GanTrainOptions): Promise<GanTrainResult> {
  const { learners, source, iterations, signal, checkpoint, seed } = options;
  const { batchSize = 8, learningRate = 2e-4, everyIterations = 50 } = options;
  if (source.count < batchSize) {
    throw new Error(`${source.name} has ${source.count} images, fewer than the batch of ${batchSize}.`);
  }
  if (options.evaluation?.rollback !== undefined && checkpoint === undefined) {
    throw new Error('A way back to the best state needs a checkpoint, beside which that state is kept.');
  }
  const config = configOf(options, { batchSize, learningRate, everyIterations });
  const progress = loadOrStart(options, config);
  const leaks = new LeakGuard();
  const save = async (): Promise<void> => {
    if (checkpoint !== undefined) await saveGan(checkpoint.file, learners, config, progress);
  };
  const ended = (stopped: Stopped): GanTrainResult => ({
    curve: progress.curve,
    evaluations: progress.evaluation.rows,
    rollbacks: progress.evaluation.rollbacks,
    stopped,
    iterations: progress.iteration,
  });
  if (isDue(options, progress)) await evaluate(options, config, progress);
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
      return ended('interrupted');
    }
    const { value: pixels } = (await images.next()) as { value: tf.Tensor4D };
    try {
      addTerms(progress, await iterate(options, pixels, learningRate, progress.iteration));
    } finally {
      pixels.dispose();
    }
    leaks.afterStep();
    const rowEnds = progress.iteration % everyIterations === 0;
    if (rowEnds) {
      leaks.beforeCallbacks(progress.iteration / everyIterations, everyIterations);
      const row = endRow(progress, everyIterations);
      await options.onRow?.(row);
    }
    const due = isDue(options, progress);
    if (due) {
      // An evaluation may be stopped: what was learnt is safe by then.
      await save();
      await evaluate(options, config, progress);
    }
    if (rowEnds) leaks.afterCallbacks();
    // With a way back the best state lies beside the checkpoint: they go together.
    if (rowEnds || due) await save();
    // Lets live outputs, interrupts and timers through.
    await new Promise(setImmediate);
  }
  await save();
  return ended('finished');
}

/** A run that was stopped may have measured already where it goes on. */
function isDue({ evaluation }: GanTrainOptions, { iteration, evaluation: { rows } }: Progress): boolean {
  if (evaluation === undefined || iteration % evaluation.everyIterations !== 0) return false;
  return rows.at(-1)?.iteration !== iteration;
}

async function evaluate(
  { learners, evaluation, seed, checkpoint }: GanTrainOptions,
  config: RunConfig,
  progress: Progress,
): Promise<void> {
  const where = { iteration: progress.iteration, seed, config, file: checkpoint?.file };
  progress.evaluation = await evaluateGan(learners, evaluation as GanEvaluation, progress.evaluation, where);
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
  { learners, distance, source, seed, evaluation }: GanTrainOptions,
  numbers: Record<string, number>,
): RunConfig {
  const { generator, discriminator } = learners;
  return {
    generator: generator.spec,
    discriminator: discriminator.spec,
    averageDecay: learners.average.decay,
    distance,
    source: source.hash ?? `${source.name} ${source.count}`,
    seed,
    ...numbers,
    everyEvaluation: evaluation?.everyIterations ?? null,
    rollback: evaluation?.rollback ?? null,
    engine: tf.getBackend(),
  };
}

function loadOrStart({ learners, checkpoint }: GanTrainOptions, config: RunConfig): Progress {
  const stored = checkpoint && loadGan<Progress>(checkpoint.file, learners, config);
  return stored ?? { iteration: 0, sums: {}, curve: [], evaluation: NO_EVALUATION };
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
