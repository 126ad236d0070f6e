// One cell of the LocNet experiment: train a network on class, or on class and depth, then measure what it decides by.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { TargetName } from '../data/augment';
import { buildAutoEncoder, buildUNet } from '../models/locnet';
import type { ImageModel } from '../models/model';
import { buildResNet50 } from '../models/resnet50';
import { classification } from '../objectives/classification';
import { jointLoss } from '../objectives/jointLoss';
import type { Objective } from '../objectives/objective';
import { oneAhead, type Schedule, warmUpCosine } from '../objectives/schedule';
import { sgd } from '../objectives/sgd';
import { deriveSeed } from '../random';
import type { Artifact, Metric } from '../results/record';
import type { CurveRow } from '../train/callbacks';
import { stepLog } from '../train/stepLog';
import { train } from '../train/train';
import { validation } from '../train/validation';
import { CELL_THREADS, useCellEngine } from './cellEngine';
import { curvesOf } from './curves';
import { type CellContext, type CellOutcome, Interrupted } from './experiment';
import { answerBenchmark } from './locnetAnswers';
import { measureCams } from './locnetCams';
import type { LocNetCellConfig } from './locnetConfig';
import {
  evaluationTransform,
  hashLocNetData,
  type LocNetImages,
  openLocNetImages,
  resizeOf,
  trainingTransform,
} from './locnetData';
import { measureDepth, measureSkips } from './locnetDepth';
import { picturesOf } from './locnetPictures';

const BUILDERS = { resnet50: buildResNet50, autoencoder: buildAutoEncoder, unet: buildUNet };

/** Trains and measures one network. Resumes from the context's checkpoint. Throws `Interrupted` when aborted. */
export async function runLocNetCell(config: LocNetCellConfig, context: CellContext): Promise<CellOutcome> {
  const { name, family } = await useCellEngine();
  const seeds = {
    weights: deriveSeed(config.seed, 'weights'),
    training: deriveSeed(config.seed, 'training'),
  };
  const model = BUILDERS[config.model.architecture](config.model, seeds.weights);
  try {
    const images = await openLocNetImages(config, context.inputs);
    const curve = await trainModel(model, images, config, context, seeds.training);
    const { metrics, artifacts } = await measure(model, images, config, context);
    return {
      engine: { name, family, version: tf.version_core },
      workers: CELL_THREADS,
      dataName: images.name,
      dataHash: hashLocNetData(config, context.inputs),
      seeds,
      curves: curvesOf(curve),
      metrics,
      artifacts,
    };
  } catch (error) {
    throw error === context.signal.reason ? new Interrupted() : error;
  } finally {
    model.dispose();
  }
}

function paintsDepth({ model }: LocNetCellConfig): boolean {
  return model.architecture !== 'resnet50';
}

/** What is learnt beside the class. */
function targetsOf(config: LocNetCellConfig): TargetName[] {
  return paintsDepth(config) ? ['depth'] : [];
}

/** The baseline learns the class all the time: without depth there is nothing to wait for. */
function objectiveOf(config: LocNetCellConfig, stepsPerEpoch: number): Objective {
  const { loss, epochs } = config;
  return paintsDepth(config)
    ? jointLoss({ ...loss, epochs, stepsPerEpoch })
    : classification({ smoothing: loss.smoothing });
}

function rateOf({ rate, epochs }: LocNetCellConfig, stepsPerEpoch: number): Schedule {
  const total = epochs * stepsPerEpoch;
  const schedule = warmUpCosine({ base: rate.base, warmUp: rate.warmUpEpochs * stepsPerEpoch, total });
  return rate.form === 'code' ? oneAhead(schedule, total) : schedule;
}

async function trainModel(
  model: ImageModel,
  images: LocNetImages,
  config: LocNetCellConfig,
  context: CellContext,
  seed: number,
): Promise<CurveRow[]> {
  const { epochs, batchSize } = config;
  const stepsPerEpoch = Math.ceil(images.train.count / batchSize);
  const { curve, stopped } = await train({
    model,
    objective: objectiveOf(config, stepsPerEpoch),
    optimizer: sgd({ ...config.optimizer, decay: 'kernels' }),
    schedule: rateOf(config, stepsPerEpoch),
    scheduleBy: 'step',
    source: images.train,
    transform: trainingTransform(config, targetsOf(config)),
    epochs,
    batchSize,
    seed,
    workers: CELL_THREADS,
    signal: context.signal,
    checkpoint: { file: path.join(context.checkpoints, 'checkpoint.safetensors') },
    callbacks: [
      validation(images.test, evaluationTransform(config, targetsOf(config))),
      stepLog(stepFile(context)),
      {
        onEpoch({ row: { epoch, loss, metrics } }) {
          const percent = (100 * metrics.testAccuracy).toFixed(1);
          context.report(`epoch ${epoch}/${epochs}: loss ${loss.toFixed(3)}, test ${percent} %`);
        },
      },
    ],
  });
  if (stopped === 'interrupted') throw new Interrupted();
  return curve;
}

function stepFile({ checkpoints }: CellContext): string {
  return path.join(checkpoints, 'steps.csv');
}

async function measure(
  model: ImageModel,
  { train: seen, test, sketches, sets }: LocNetImages,
  config: LocNetCellConfig,
  context: CellContext,
): Promise<{ metrics: Record<string, Metric>; artifacts: Artifact[] }> {
  const { signal, artifact } = context;
  const resize = resizeOf(config);
  const answered = await answerBenchmark(model, sets, { resize, signal });
  const cams = sketches === null ? undefined : await measureCams(model, sketches, { resize, signal });
  const metrics: Record<string, Metric> = { ...answered.metrics, ...cams?.metrics };
  const artifacts = [artifact('answers.json', `${JSON.stringify(answered.answers, null, 1)}\n`)];
  const transform = evaluationTransform(config, ['depth']);
  const depth = paintsDepth(config)
    ? await measureDepth(model, { train: seen, test, transform, signal })
    : undefined;
  Object.assign(metrics, depth?.metrics);
  if (depth !== undefined && config.model.architecture === 'unet') {
    Object.assign(metrics, await measureSkips(model, { test, transform, truth: depth.truth, signal }));
  }
  if (config.keep) artifacts.push(artifact('steps.csv', fs.readFileSync(stepFile(context))));
  if (config.keep && config.data.kind === 'relief16' && sketches !== null && cams !== undefined) {
    const pictures = await picturesOf({ test, sketches, depth, cams: cams.maps });
    artifacts.push(artifact('pictures.json', `${JSON.stringify(pictures)}\n`));
  }
  return { metrics, artifacts };
}
