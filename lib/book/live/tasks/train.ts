// A small network trained while one watches: the recipe of notebook 00, in one thread.
import { accuracy, shapeBias } from '../../../benchmark/metrics';
import { testTransform, trainTransform } from '../../../data/augment';
import { type Relief16Set, relief16 } from '../../../data/relief16/relief16';
import type { Variant } from '../../../data/relief16/variants';
import { useEngine } from '../../../engine/engine';
import type { ImageModel } from '../../../models/model';
import { buildResNet18 } from '../../../models/resnet';
import { classification } from '../../../objectives/classification';
import { cosine } from '../../../objectives/schedule';
import { sgd } from '../../../objectives/sgd';
import { decisions, predict } from '../../../train/evaluate';
import { train } from '../../../train/train';
import { TRAINED_CLASSES, type TrainEvent, type TrainOutcome, type TrainRequest } from './trainRequest';

const SIZE = 48;
const WIDTH = 16;
const BATCH = 32;

/** Trains and measures. The numbers are the same wherever the same engine computes: one thread, the seeds of the request. Aborted, it
 *  ends after the current step with what it has. Throws as `useEngine`, `train` and `relief16`. */
export async function trainSmall(
  request: TrainRequest,
  onEvent: (event: TrainEvent) => void,
  signal: AbortSignal,
): Promise<TrainOutcome> {
  const { engine, epochs, trainPerClass, textureCue, activation, seed } = request;
  await useEngine({ name: engine, quiet: true });
  const classes = TRAINED_CLASSES;
  const source = await relief16({
    split: 'train',
    size: SIZE,
    count: trainPerClass,
    seed: 0,
    classes,
    textureCue,
    onProgress: (done, total) => onEvent({ kind: 'images', done, total }),
  });
  const shape = { width: WIDTH, inputSize: SIZE, stemStride: 2, classes: classes.length };
  const model = buildResNet18({ architecture: 'resnet18', variant: 'paper', activation, ...shape }, seed);
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
          onStep({ step, totalSteps, epoch, loss, imagesPerSecond }) {
            losses.push(loss);
            onEvent({ kind: 'step', step, totalSteps, epoch, loss, imagesPerSecond });
          },
        },
      ],
    });
    const run = { engine, losses, seconds: speed.seconds };
    const measured = stopped === 'finished' ? await measure(model, request, onEvent, signal) : null;
    if (measured === null) return { ...run, stopped: 'interrupted', accuracy: null, shapeBias: null };
    return { ...run, stopped, ...measured };
  } finally {
    model.dispose();
  }
}

/** Accuracy where both cues agree, and shape bias where they do not; null when it was stopped on the way. */
async function measure(
  model: ImageModel,
  { testPerClass }: TrainRequest,
  onEvent: (event: TrainEvent) => void,
  signal: AbortSignal,
): Promise<Pick<TrainOutcome, 'accuracy' | 'shapeBias'> | null> {
  onEvent({ kind: 'measuring' });
  const imagesOf = (variant: Variant): Promise<Relief16Set> =>
    relief16({ split: 'test', size: SIZE, count: testPerClass, seed: 0, classes: TRAINED_CLASSES, variant });
  const answersTo = async (images: Relief16Set): Promise<Int32Array> =>
    decisions(await predict(model, images, testTransform({ size: SIZE, resize: 'fit' }), { signal }));
  try {
    const [agreeing, conflict] = [await imagesOf('normal'), await imagesOf('cue-conflict')];
    return {
      accuracy: accuracy(await answersTo(agreeing), agreeing.labels),
      shapeBias: shapeBias(await answersTo(conflict), conflict.labels, conflict.textureLabels as Int32Array),
    };
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}
