// One cell of the Top-K training experiment: train a ResNet-18, then measure what it decides by.
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { accuracy, shapeBias } from '../benchmark/metrics';
import { type Transform, testTransform, trainTransform } from '../data/augment';
import type { ImageSource } from '../data/imageSource';
import type { ImageModel } from '../models/model';
import { buildResNet18 } from '../models/resnet';
import { classification } from '../objectives/classification';
import { cosine } from '../objectives/schedule';
import { sgd } from '../objectives/sgd';
import { deriveSeed } from '../random';
import type { Metric } from '../results/record';
import type { Callback, CurveRow } from '../train/callbacks';
import { decisions, evaluation, predict } from '../train/evaluate';
import { train } from '../train/train';
import { CELL_THREADS, useCellEngine } from './cellEngine';
import { curvesOf } from './curves';
import { type CellContext, type CellOutcome, Interrupted } from './experiment';
import type { TopKCellConfig } from './topkConfig';
import { hashTopKData, openTopKData, type TopKData } from './topkData';

/** Trains and evaluates one network. Resumes from the context's checkpoint. Throws `Interrupted` when aborted. */
export async function runTopKCell(config: TopKCellConfig, context: CellContext): Promise<CellOutcome> {
  const { name, family } = await useCellEngine();
  const data = await openTopKData(config, context.inputs);
  const seeds = {
    weights: deriveSeed(config.seed, 'weights'),
    training: deriveSeed(config.seed, 'training'),
  };
  const model = buildResNet18(config.model, seeds.weights);
  try {
    const curve = await trainModel(model, data, config, context, seeds.training);
    const metrics = await evaluate(model, data, config, context.signal);
    return {
      engine: { name, family, version: tf.version_core },
      workers: CELL_THREADS,
      dataName: data.name,
      dataHash: hashTopKData(config, context.inputs),
      seeds,
      curves: curvesOf(curve),
      metrics,
    };
  } catch (error) {
    throw error === context.signal.reason ? new Interrupted() : error;
  } finally {
    model.dispose();
  }
}

async function trainModel(
  model: ImageModel,
  data: TopKData,
  config: TopKCellConfig,
  context: CellContext,
  seed: number,
): Promise<CurveRow[]> {
  const { epochs, batchSize, learningRate, smallestCrop } = config;
  const size = config.model.inputSize;
  const { curve, stopped } = await train({
    model,
    objective: classification(),
    optimizer: sgd(config.optimizer),
    schedule: cosine(learningRate, epochs),
    source: data.train,
    transform: trainTransform({ size, scale: [smallestCrop, 1] }),
    epochs,
    batchSize,
    seed,
    workers: CELL_THREADS,
    signal: context.signal,
    checkpoint: { file: path.join(context.checkpoints, 'checkpoint.safetensors') },
    callbacks: [evaluation('original', data.tests.original, evaluationTransform(config)), reporter(context)],
  });
  if (stopped === 'interrupted') throw new Interrupted();
  return curve;
}

/** Photographs are cropped as in the papers; rendered images are made to size. */
function evaluationTransform({ data, model }: TopKCellConfig): Transform {
  return testTransform({ size: model.inputSize, resize: data.kind === 'relief16' ? 'fit' : 'shorter-side' });
}

function reporter(context: CellContext): Callback {
  return {
    onEpoch({ row, epochs }) {
      const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
      const { loss, accuracy: training, metrics } = row;
      context.report(
        `epoch ${row.epoch}/${epochs}: loss ${loss.toFixed(3)}, training ${percent(training)}, test ${percent(metrics.originalAccuracy)}`,
      );
    },
  };
}

async function evaluate(
  model: ImageModel,
  data: TopKData,
  config: TopKCellConfig,
  signal: AbortSignal,
): Promise<Record<string, Metric>> {
  const transform = evaluationTransform(config);
  const decide = async (source: ImageSource): Promise<Int32Array> =>
    decisions(await predict(model, source, transform, { signal }));
  const metrics: Record<string, Metric> = {};
  for (const [name, source] of Object.entries(data.tests)) {
    metrics[name] = accuracy(await decide(source), source.labels);
  }
  const { cueConflict } = data;
  if (cueConflict?.textureLabels !== undefined) {
    metrics.shapeBias = shapeBias(await decide(cueConflict), cueConflict.labels, cueConflict.textureLabels);
  }
  return metrics;
}
