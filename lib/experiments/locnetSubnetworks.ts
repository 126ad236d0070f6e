// The part of a joint network's encoder that each of its tasks needs: learned binary masks, and how much the two share.
import * as path from 'node:path';
import { type MaskedModel, maskableWeights, maskedModel, readMasks } from '../models/maskedModel';
import { type Masks, maskOverlap, type Overlap } from '../models/maskOverlap';
import type { ImageModel } from '../models/model';
import { classification } from '../objectives/classification';
import { jointLoss } from '../objectives/jointLoss';
import { withMaskDensity } from '../objectives/maskDensity';
import type { Objective } from '../objectives/objective';
import { cosine } from '../objectives/schedule';
import { sgd } from '../objectives/sgd';
import { deriveSeed } from '../random';
import { wilsonInterval } from '../results/proportion';
import type { Metric } from '../results/record';
import { mean, meanInterval } from '../results/statistics';
import { decisions, predict } from '../train/evaluate';
import { type Maps, predictMaps, squaredErrors, trueMaps } from '../train/maps';
import { train } from '../train/train';
import { CELL_THREADS } from './cellEngine';
import { type CellContext, Interrupted } from './experiment';
import type { LocNetTraining } from './locnetConfig';
import { evaluationTransform, type LocNetImages, trainingTransform } from './locnetData';
import type { MaskSettings } from './locnetReflectionConfig';

const TASKS = ['class', 'depth'] as const;
type Task = (typeof TASKS)[number];

/** Stages of the encoder, by the beginnings of their weights' names. */
const STAGES: Readonly<Record<string, string>> = {
  stem: 'input_block.',
  stage1: 'down_blocks.0.',
  stage2: 'down_blocks.1.',
  stage3: 'down_blocks.2.',
  stage4: 'down_blocks.3.',
};

/** Searches, for each task, the weights of the trained network's encoder that do it, and measures: the share that is kept (`kept.class`, `kept.depth`);
 *  the overlap of the two masks, intersection over union, beside that of random masks of the same sizes (`iou`, `iouByChance`), also by stage
 *  (`iou.stage1` ...); and accuracy and depth error on held-out images of the whole network, under either mask, and without what the mask
 *  keeps (`accuracy.whole`, `.class`, `.depth`, `.withoutClass`, `.withoutDepth`; `depthError.` likewise, of depth clamped to 0..1).
 *
 *  The network's weights stay as they are. Resumes from the context's checkpoints. Throws `Interrupted` when aborted. Source: Zhang et al. 2023,
 *  named in LocNet's last section. */
export async function measureSubnetworks(
  model: ImageModel,
  images: LocNetImages,
  config: LocNetTraining,
  settings: MaskSettings,
  context: CellContext,
): Promise<Record<string, Metric>> {
  const encoder = maskableWeights(model)
    .map(({ name }) => name)
    .filter((name) => stageOf(name) !== undefined);
  const masked = {
    class: maskedModel(model, { weights: encoder }),
    depth: maskedModel(model, { weights: encoder }),
  };
  try {
    for (const name of TASKS) await search(masked[name], name, images, config, settings, context);
    const [forClass, forDepth] = [await readMasks(masked.class), await readMasks(masked.depth)];
    return {
      ...overlapMetrics(forClass, forDepth),
      ...(await performance(model, masked, images, config, context)),
    };
  } finally {
    for (const name of TASKS) masked[name].dispose();
  }
}

function stageOf(weight: string): string | undefined {
  return Object.keys(STAGES).find((stage) => weight.startsWith(STAGES[stage]));
}

async function search(
  model: MaskedModel,
  name: Task,
  { train: source }: LocNetImages,
  config: LocNetTraining,
  { epochs, rate, density }: MaskSettings,
  { signal, checkpoints, report }: CellContext,
): Promise<void> {
  const stepsPerEpoch = Math.ceil(source.count / config.batchSize);
  const { stopped, curve } = await train({
    model,
    objective: withMaskDensity(objectiveOf(name, config, { epochs, stepsPerEpoch }), density),
    optimizer: sgd({ momentum: config.optimizer.momentum }),
    schedule: cosine(rate, epochs * stepsPerEpoch),
    scheduleBy: 'step',
    source,
    transform: trainingTransform(config, name === 'depth' ? ['depth'] : []),
    epochs,
    batchSize: config.batchSize,
    seed: deriveSeed(config.seed, 'masks', name),
    workers: CELL_THREADS,
    signal,
    checkpoint: { file: path.join(checkpoints, `masks-${name}.safetensors`) },
  });
  if (stopped === 'interrupted') throw new Interrupted();
  report(`masks for ${name}: mean density ${curve.at(-1)?.terms.maskDensity.toFixed(3)}`);
}

/** Each task's own term of the joint loss, with its weight there. */
function objectiveOf(
  name: Task,
  { loss }: LocNetTraining,
  length: { epochs: number; stepsPerEpoch: number },
): Objective {
  return name === 'class'
    ? classification({ smoothing: loss.smoothing })
    : jointLoss({ alpha: 0, beta: loss.beta, ...length });
}

function overlapMetrics(forClass: Masks, forDepth: Masks): Record<string, Metric> {
  const metrics = namedOverlap('', maskOverlap(forClass, forDepth).all);
  for (const stage of Object.keys(STAGES)) {
    const [a, b] = [forClass, forDepth].map((masks) => ofStage(masks, stage));
    Object.assign(metrics, namedOverlap(`.${stage}`, maskOverlap(a, b).all));
  }
  return metrics;
}

function ofStage(masks: Masks, stage: string): Masks {
  return Object.fromEntries(Object.entries(masks).filter(([name]) => stageOf(name) === stage));
}

function namedOverlap(
  suffix: string,
  { size, first, second, shared, union, iou, expectedIou }: Overlap,
): Record<string, Metric> {
  const counted = (value: number, counts: Record<string, number>): Metric => ({
    value,
    counts,
    interval: null,
  });
  return {
    [`kept.class${suffix}`]: counted(first / size, { kept: first, weights: size }),
    [`kept.depth${suffix}`]: counted(second / size, { kept: second, weights: size }),
    [`iou${suffix}`]: counted(iou, { shared, union }),
    [`iouByChance${suffix}`]: counted(expectedIou, { weights: size }),
  };
}

async function performance(
  model: ImageModel,
  masked: Readonly<Record<Task, MaskedModel>>,
  { test }: LocNetImages,
  config: LocNetTraining,
  { signal }: CellContext,
): Promise<Record<string, Metric>> {
  const without = (of: MaskedModel): ImageModel => ({
    ...model,
    forward: (images) => of.withMasks(() => model.forward(images), { complement: true }),
  });
  const networks: Record<string, ImageModel> = {
    whole: model,
    class: masked.class,
    depth: masked.depth,
    withoutClass: without(masked.class),
    withoutDepth: without(masked.depth),
  };
  const transform = evaluationTransform(config, ['depth']);
  const truth = await trueMaps(test, transform, 'depth', { signal });
  const metrics: Record<string, Metric> = {};
  for (const [name, network] of Object.entries(networks)) {
    const predictions = await predict(network, test, transform, { signal });
    const correct = decisions(predictions).filter((decision, i) => decision === predictions.labels[i]).length;
    const images = predictions.labels.length;
    metrics[`accuracy.${name}`] = {
      value: correct / images,
      counts: { correct, images },
      interval: wilsonInterval(correct, images),
    };
    metrics[`depthError.${name}`] = errorOf(
      await predictMaps(network, test, transform, 'depth', { signal }),
      truth,
    );
  }
  return metrics;
}

/** Of depth clamped to 0..1: the linear output of a network without most of its weights may be anything. */
function errorOf(painted: Maps, truth: Maps): Metric {
  const maps = painted.maps.map((map) => map.map((value) => Math.min(1, Math.max(0, value))));
  const errors = Array.from(squaredErrors({ ...painted, maps }, truth));
  return { value: mean(errors), counts: { images: errors.length }, interval: meanInterval(errors) };
}
