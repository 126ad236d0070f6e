// One cell of the experiment on LocNet's last section: train a network as one of its ideas says, then measure it as LocNet's.
import { buildHgruAutoEncoder } from '../models/hgruAutoEncoder';
import { buildAutoEncoder } from '../models/locnet';
import type { ImageModel } from '../models/model';
import { buildResNet50 } from '../models/resnet50';
import { buildTransformerAutoEncoder } from '../models/transformerAutoEncoder';
import type { Artifact, Metric } from '../results/record';
import type { CellContext, CellOutcome } from './experiment';
import { answerBenchmark } from './locnetAnswers';
import {
  evaluationTransform,
  hashLocNetData,
  type LocNetImages,
  openLocNetImages,
  resizeOf,
} from './locnetData';
import { measurePainted } from './locnetPainted';
import { paintedPictures } from './locnetPictures';
import type { ReflectionCellConfig } from './locnetReflectionConfig';
import { measureSubnetworks } from './locnetSubnetworks';
import { keptSteps, trainingOf } from './locnetTraining';
import { runTrainedCell } from './trainedCell';

const BUILDERS = {
  resnet50: buildResNet50,
  autoencoder: buildAutoEncoder,
  'hgru-autoencoder': buildHgruAutoEncoder,
  'transformer-autoencoder': buildTransformerAutoEncoder,
};

/** Trains and measures one network. Resumes from the context's checkpoints. Throws `Interrupted` when aborted. */
export async function runReflectionCell(
  config: ReflectionCellConfig,
  context: CellContext,
): Promise<CellOutcome> {
  const images = await openLocNetImages(config, context.inputs);
  const { model, paints, seed } = config;
  return runTrainedCell(
    {
      seed,
      dataName: images.name,
      dataHash: hashLocNetData(config, context.inputs),
      build: (weights) => BUILDERS[model.architecture](model, weights),
      training: trainingOf(config, paints, images, context),
      measure: (trained) => measure(trained, images, config, context),
    },
    context,
  );
}

async function measure(
  model: ImageModel,
  images: LocNetImages,
  config: ReflectionCellConfig,
  context: CellContext,
): Promise<{ metrics: Record<string, Metric>; artifacts: Artifact[] }> {
  const { paints, masks, keep, data } = config;
  const { train, test, sets } = images;
  const { signal, artifact } = context;
  const answered = await answerBenchmark(model, sets, { resize: resizeOf(config), signal });
  const metrics: Record<string, Metric> = { ...answered.metrics };
  const artifacts = [artifact('answers.json', `${JSON.stringify(answered.answers, null, 1)}\n`)];
  if (keep) artifacts.push(keptSteps(context));
  if (paints !== null && learns(config)) {
    const transform = evaluationTransform(config, [paints]);
    const painted = await measurePainted(model, paints, { train, test, transform, signal });
    Object.assign(metrics, painted.metrics);
    if (keep && data.kind === 'relief16') {
      const pictures = await paintedPictures(test, painted);
      artifacts.push(artifact('pictures.json', `${JSON.stringify(pictures)}\n`));
    }
  }
  if (masks !== null) Object.assign(metrics, await measureSubnetworks(model, images, config, masks, context));
  return { metrics, artifacts };
}

/** Whether the map counts in the loss. An encoder is compared with itself without depth by the weight 0, as the authors made their baseline. */
function learns({ loss }: ReflectionCellConfig): boolean {
  return loss.beta > 0;
}
