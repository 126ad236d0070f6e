// A small network trained while one watches: the recipe of notebook 00, in one thread.
import { shapeBias } from '../../../benchmark/metrics';
import { testTransform, trainTransform } from '../../../data/augment';
import type { ClassName } from '../../../data/relief16/classes';
import { relief16 } from '../../../data/relief16/relief16';
import type { Variant } from '../../../data/relief16/variants';
import { useEngine } from '../../../engine/engine';
import { buildResNet18 } from '../../../models/resnet';
import { classification } from '../../../objectives/classification';
import { cosine } from '../../../objectives/schedule';
import { sgd } from '../../../objectives/sgd';
import { accuracy, decisions, predict } from '../../../train/evaluate';
import { train } from '../../../train/train';

export const TRAINED_CLASSES: readonly ClassName[] = ['airplane', 'bottle', 'cat', 'chair'];

/** Which activation follows the second stage. */
export const ACTIVATIONS = ['none', 'topk', 'topk-mean'] as const;
export type Activation = (typeof ACTIVATIONS)[number];

export interface TrainRequest {
  readonly epochs: number;
  /** Training images of each class, and test images of each class. */
  readonly trainPerClass: number;
  readonly testPerClass: number;
  /** Share in 0..1 of the training images in their class's texture. */
  readonly textureCue: number;
  readonly activation: Activation;
  /** Of the weights, the order and the augmentation; the images are those of seed 0. */
  readonly seed: number;
}

/** What it tells on its way. */
export type TrainEvent =
  | { readonly kind: 'images'; readonly done: number; readonly total: number }
  | {
      readonly kind: 'step';
      readonly step: number;
      readonly totalSteps: number;
      readonly epoch: number;
      readonly loss: number;
      readonly accuracy: number;
      readonly imagesPerSecond: number;
    };

export interface TrainOutcome {
  readonly engine: string;
  readonly stopped: 'finished' | 'interrupted';
  /** One a step. */
  readonly losses: readonly number[];
  /** On test images whose shape and texture agree; null when it was stopped. */
  readonly accuracy: number | null;
  /** On cue conflicts: null when it was stopped, or when no answer named either cue. */
  readonly shapeBias: number | null;
  readonly byShape: number;
  readonly byTexture: number;
  /** Of the training alone. */
  readonly seconds: number;
}

const SIZE = 48;
const WIDTH = 16;
const BATCH = 32;

/** Trains and measures. The numbers are the same wherever the same engine computes: one thread, the seeds of the request.
 *  Throws as `train` and `relief16`. */
export async function trainSmall(
  request: TrainRequest,
  onEvent: (event: TrainEvent) => void,
  signal?: AbortSignal,
): Promise<TrainOutcome> {
  const { epochs, trainPerClass, textureCue, activation, seed } = request;
  const engine = await useEngine({ quiet: true });
  const source = await relief16({
    split: 'train',
    size: SIZE,
    count: trainPerClass,
    seed: 0,
    classes: TRAINED_CLASSES,
    textureCue,
    onProgress: (done, total) => onEvent({ kind: 'images', done, total }),
  });
  const model = buildResNet18(
    {
      architecture: 'resnet18',
      variant: 'paper',
      activation,
      width: WIDTH,
      inputSize: SIZE,
      stemStride: 2,
      classes: TRAINED_CLASSES.length,
    },
    seed,
  );
  const losses: number[] = [];
  try {
    const { stopped, speed } = await train({
      model,
      source,
      objective: classification(),
      optimizer: sgd({ momentum: 0.9, weightDecay: 5e-4 }),
      schedule: cosine(0.03, epochs),
      transform: trainTransform({ size: SIZE, scale: [0.35, 1] }),
      epochs,
      batchSize: BATCH,
      workers: 1,
      seed,
      signal,
      callbacks: [
        {
          onStep({ step, totalSteps, epoch, loss, accuracy, imagesPerSecond }) {
            losses.push(loss);
            onEvent({ kind: 'step', step, totalSteps, epoch, loss, accuracy, imagesPerSecond });
          },
        },
      ],
    });
    const run = { engine: engine.name, stopped, losses, seconds: speed.seconds };
    if (stopped === 'interrupted')
      return { ...run, accuracy: null, shapeBias: null, byShape: 0, byTexture: 0 };
    const answers = (variant: Variant) => testImages(variant, request).then((images) => answersOn(images));
    const answersOn = async (images: Awaited<ReturnType<typeof testImages>>) => ({
      images,
      predictions: await predict(model, images, testTransform({ size: SIZE, resize: 'fit' }), { signal }),
    });
    const agreeing = await answers('normal');
    const conflict = await answers('cue-conflict');
    const bias = shapeBias(
      decisions(conflict.predictions),
      conflict.images.labels,
      conflict.images.textureLabels as Int32Array,
    );
    return {
      ...run,
      accuracy: accuracy(agreeing.predictions),
      shapeBias: bias.value,
      byShape: bias.counts?.shape ?? 0,
      byTexture: bias.counts?.texture ?? 0,
    };
  } finally {
    model.dispose();
  }
}

function testImages(variant: Variant, { testPerClass }: TrainRequest) {
  return relief16({
    split: 'test',
    size: SIZE,
    count: testPerClass,
    seed: 0,
    classes: TRAINED_CLASSES,
    variant,
  });
}
