// One cell of few-shot-gan: a GAN learns from a few images, and its own are measured.
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { ImageSource } from '../data/imageSource';
import { smallSize } from '../models/fastgan/generator';
import { deriveSeed } from '../random';
import { startFastGan } from '../train/gan/fastGan';
import type { GanLearners } from '../train/gan/ganStep';
import { type GanTrainResult, trainGan } from '../train/gan/trainGan';
import { CELL_THREADS, useCellEngine } from './cellEngine';
import { type CellContext, type CellOutcome, Interrupted } from './experiment';
import type { FewShotGanCellConfig } from './fewShotGanConfig';
import { hashFewShotData, openNetworks, realImages } from './fewShotGanData';
import { evaluationOf, measureGan } from './fewShotGanResults';

/** Trains and measures one GAN. Resumes from the context's checkpoint. Throws `Interrupted` when aborted, and when images or weights are missing, saying what
 *  was expected. */
export async function runFewShotGanCell(
  config: FewShotGanCellConfig,
  context: CellContext,
): Promise<CellOutcome> {
  const { name, family } = await useCellEngine();
  const { data, training, seed } = config;
  const dataHash = hashFewShotData(config, context.inputs);
  const source = await realImages(config, training.imageSize, context.inputs);
  const networks = await openNetworks(config.networks, smallSize(training.imageSize), context.inputs);
  const seeds = {
    networks: deriveSeed(seed, 'networks'),
    training: deriveSeed(seed, 'training'),
    samples: deriveSeed(seed, 'samples'),
  };
  const { sparsity, noise } = config;
  const learners = startFastGan(
    { ...training, sparsity, noise, seed: seeds.networks },
    networks.perceptual.distance,
  );
  const judged = { generator: learners.generator, source, networks, seed: seeds.samples };
  try {
    const result = await learn(learners, source, config, context, {
      seed: seeds.training,
      distance: networks.perceptual.hash,
      measure: evaluationOf(judged, config, context),
    });
    if (result.stopped === 'interrupted') throw new Interrupted();
    const measured = await learners.average.during(() => measureGan(judged, result, config, context));
    return {
      engine: { name, family, version: tf.version_core },
      workers: CELL_THREADS,
      dataName: data.kind === 'relief16' ? 'Relief-16' : data.name,
      dataHash,
      seeds,
      curves: curvesOf(result),
      ...measured,
    };
  } catch (error) {
    throw error === context.signal.reason ? new Interrupted() : error;
  } finally {
    learners.dispose();
    await networks.close();
  }
}

function learn(
  learners: GanLearners,
  source: ImageSource,
  { training }: FewShotGanCellConfig,
  { signal, checkpoints, report }: CellContext,
  { measure, ...run }: { seed: number; distance: string; measure: ReturnType<typeof evaluationOf> },
): Promise<GanTrainResult> {
  const { iterations, batchSize, learningRate, everyIterations, patience } = training;
  return trainGan({
    learners,
    source,
    iterations,
    batchSize,
    learningRate,
    everyIterations,
    ...run,
    evaluation: {
      everyIterations,
      measure,
      ...(patience === null ? {} : { rollback: { by: 'frechetReport', patience } }),
    },
    onRow: ({ iteration, real, generated, generator }) =>
      report(
        `iteration ${iteration}/${iterations}: discriminator ${(real + generated).toFixed(2)}, generator ${generator.toFixed(2)}`,
      ),
    signal,
    checkpoint: { file: path.join(checkpoints, 'gan.safetensors') },
  });
}

/** The terms and the distances of each evaluation but that of the untrained generator. */
function curvesOf({ curve, evaluations }: GanTrainResult): CellOutcome['curves'] {
  const rounded = (value: number): number => Number(value.toPrecision(6));
  const terms = Object.keys(curve[0] ?? {}) as (keyof (typeof curve)[number])[];
  const later = evaluations.slice(1);
  const scores = Object.keys(later[0]?.scores ?? {});
  return {
    ...Object.fromEntries(terms.map((term) => [term, curve.map((row) => rounded(row[term]))])),
    ...Object.fromEntries(scores.map((score) => [score, later.map((row) => rounded(row.scores[score]))])),
  };
}
