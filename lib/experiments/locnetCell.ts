// One cell of the LocNet experiment: train a network on class, or on class and depth, then measure what it decides by.
import { buildAutoEncoder, buildUNet } from '../models/locnet';
import type { ImageModel } from '../models/model';
import { buildResNet50 } from '../models/resnet50';
import type { Artifact, Metric } from '../results/record';
import type { CellContext, CellOutcome } from './experiment';
import { answerBenchmark } from './locnetAnswers';
import { measureCams } from './locnetCams';
import type { LocNetCellConfig } from './locnetConfig';
import {
  evaluationTransform,
  hashLocNetData,
  type LocNetImages,
  openLocNetImages,
  resizeOf,
} from './locnetData';
import { measurePainted, measureSkips } from './locnetPainted';
import { picturesOf } from './locnetPictures';
import { keptSteps, trainingOf } from './locnetTraining';
import { runTrainedCell } from './trainedCell';

const BUILDERS = { resnet50: buildResNet50, autoencoder: buildAutoEncoder, unet: buildUNet };

/** Trains and measures one network. Resumes from the context's checkpoint. Throws `Interrupted` when aborted. */
export async function runLocNetCell(config: LocNetCellConfig, context: CellContext): Promise<CellOutcome> {
  const images = await openLocNetImages(config, context.inputs);
  return runTrainedCell(
    {
      seed: config.seed,
      dataName: images.name,
      dataHash: hashLocNetData(config, context.inputs),
      build: (seed) => BUILDERS[config.model.architecture](config.model, seed),
      training: trainingOf(config, paintsDepth(config) ? 'depth' : null, images, context),
      measure: (model) => measure(model, images, config, context),
    },
    context,
  );
}

function paintsDepth({ model }: LocNetCellConfig): boolean {
  return model.architecture !== 'resnet50';
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
    ? await measurePainted(model, 'depth', { train: seen, test, transform, signal })
    : undefined;
  Object.assign(metrics, depth?.metrics);
  if (depth !== undefined && config.model.architecture === 'unet') {
    Object.assign(metrics, await measureSkips(model, { test, transform, truth: depth.truth, signal }));
  }
  if (config.keep) artifacts.push(keptSteps(context));
  if (config.keep && config.data.kind === 'relief16' && sketches !== null && cams !== undefined) {
    const pictures = await picturesOf({ test, sketches, depth, cams: cams.maps });
    artifacts.push(artifact('pictures.json', `${JSON.stringify(pictures)}\n`));
  }
  return { metrics, artifacts };
}
