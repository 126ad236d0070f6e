// A decoder of style transfer for an encoder: trained on Relief-16, or on images of yours.
import * as fs from 'node:fs';
import { trainTransform } from '../data/augment';
import type { ImageSource } from '../data/imageSource';
import { relief16 } from '../data/relief16/relief16';
import { looseImages, withoutClasses } from '../data/unlabelled';
import { useEngine } from '../engine/engine';
import type { ImageModel } from '../models/model';
import { buildStyleDecoder } from '../models/styleDecoder';
import { saveStyleDecoder } from '../models/styleDecoderFile';
import { STYLE_STRIDE, type StyleEncoder } from '../models/styleEncoder';
import { styleLearner } from '../models/styleLearner';
import { adam } from '../objectives/adam';
import type { Schedule } from '../objectives/schedule';
import { styleLoss } from '../objectives/styleLoss';
import { deriveSeed } from '../random';
import type { CurveRow, StepEvent } from '../train/callbacks';
import { type TrainResult, train } from '../train/train';
import { openStyleEncoder } from './styleEncoderFile';

export interface StyleDecoderTraining {
  /** Pixels of a side, a multiple of 8 from 16. */
  size: number;
  epochs: number;
  batchSize: number;
  /** Of the first step. */
  learningRate: number;
  /** Weight of the style in the loss. */
  styleWeight: number;
  /** Weight of the identity; the paper has none. */
  identityWeight: number;
  /** Least width of the decoder; the encoder's where that is larger. */
  leastChannels: number;
  /** Images of each class, of Relief-16. */
  perClass: number;
  /** Smallest share of an image's area that a random crop keeps. */
  smallestCrop: number;
}

const PROFILES = {
  /** For a VGG of width 8 to 16: minutes on one core. */
  tiny: {
    size: 64,
    epochs: 10,
    batchSize: 8,
    learningRate: 1e-3,
    styleWeight: 1,
    identityWeight: 10,
    leastChannels: 16,
    perClass: 64,
    smallestCrop: 0.5,
  },
  /** For torchvision's VGG-19 on a GPU: of 80,000 photographs the paper's 160,000 steps. */
  paper: {
    size: 256,
    epochs: 16,
    batchSize: 8,
    learningRate: 1e-4,
    styleWeight: 10,
    identityWeight: 0,
    leastChannels: 1,
    perClass: 1000,
    smallestCrop: 0.25,
  },
} as const satisfies Record<string, StyleDecoderTraining>;
export type DecoderProfile = keyof typeof PROFILES;

/** Share of Relief-16's images in their class's texture; the others wear random styles, so that there is something to transfer. */
const TEXTURE_CUE = 0.5;
/** Of the learning rate: `rate / (1 + DECAY * step)`. Source: naoto0804's pytorch-AdaIN. */
const DECAY = 5e-5;

export interface TrainStyleDecoderOptions extends Partial<StyleDecoderTraining> {
  /** Safetensors file of a VGG. */
  encoder: string;
  /** The network of an encoder that does not say its own, e.g. `vgg19`. */
  architecture?: string;
  /** Folder of images, in any folders below it. Default: Relief-16. */
  images?: string;
  /** File of the decoder. */
  to: string;
  /** What is not given otherwise. Default `tiny`. */
  profile?: DecoderProfile;
  /** Of initial weights, order and crops. Default 0. */
  seed?: number;
  signal?: AbortSignal;
  onStart?: (steps: number, done: number) => void;
  onStep?: (event: StepEvent) => void;
  onEpoch?: (row: CurveRow) => void;
}

/** Trains a decoder and writes it to `to`. A checkpoint beside it lets a run that was stopped go on to the same weights; it is removed at the end.
 *
 *  Throws on weights and options that cannot be used, when the file is there already, and `Interrupted`. */
export async function trainStyleDecoder(options: TrainStyleDecoderOptions): Promise<TrainResult> {
  const { to, seed = 0, signal } = options;
  const settings = settingsOf(options);
  if (fs.existsSync(to))
    throw new Error(`There is a file ${to} already: give another, --out <file>, or delete it.`);
  if (!fs.statSync(options.encoder, { throwIfNoEntry: false })?.isFile())
    throw new Error(`There is no file of weights ${options.encoder}.`);
  await useEngine();
  const { encoder, close } = await openStyleEncoder(options.encoder, options);
  const checkpoint = `${to}.checkpoint`;
  try {
    const decoder = newDecoder(encoder, settings, seed);
    const { styleWeight, identityWeight } = settings;
    const model = styleLearner(encoder, decoder, { reconstruct: identityWeight > 0 });
    try {
      const source = await sourceOf(options, settings, seed);
      const result = await train({
        model,
        objective: styleLoss({ styleWeight, identityWeight }),
        optimizer: adam(),
        schedule: decaying(settings.learningRate),
        scheduleBy: 'step',
        source,
        transform: trainTransform({ size: settings.size, scale: [settings.smallestCrop, 1] }),
        epochs: settings.epochs,
        batchSize: settings.batchSize,
        seed,
        workers: 1,
        checkpoint: { file: checkpoint },
        signal,
        callbacks: [
          {
            onStart: ({ epochs, stepsPerEpoch, step }) => options.onStart?.(epochs * stepsPerEpoch, step),
            onStep: (event) => options.onStep?.(event),
            onEpoch: ({ row }) => options.onEpoch?.(row),
          },
        ],
      });
      if (result.stopped === 'interrupted') throw interrupted(result.steps);
      await saveStyleDecoder(to, decoder);
      fs.rmSync(checkpoint, { force: true });
      return result;
    } finally {
      model.dispose();
    }
  } finally {
    close();
  }
}

function settingsOf(options: TrainStyleDecoderOptions): StyleDecoderTraining {
  const profile = PROFILES[options.profile ?? 'tiny'];
  const given = Object.entries(options).filter(([key, value]) => key in profile && value !== undefined);
  const settings: StyleDecoderTraining = { ...profile, ...Object.fromEntries(given) };
  const { size, learningRate } = settings;
  if (!(Number.isInteger(size) && size >= 2 * STYLE_STRIDE && size % STYLE_STRIDE === 0))
    throw new Error(`size is a multiple of ${STYLE_STRIDE} from ${2 * STYLE_STRIDE} pixels, not ${size}.`);
  if (!(learningRate > 0 && learningRate <= 1))
    throw new Error(`The learning rate is a number above 0 and at most 1, not ${learningRate}.`);
  return settings;
}

function newDecoder(
  { architecture, width, hash }: StyleEncoder,
  { leastChannels }: StyleDecoderTraining,
  seed: number,
): ImageModel {
  const channels = Math.max(width, leastChannels);
  const spec = { architecture: 'style-decoder', mirrors: architecture, width, channels, encoder: hash };
  return buildStyleDecoder(spec, deriveSeed(seed, 'style-decoder'));
}

async function sourceOf(
  { images }: TrainStyleDecoderOptions,
  { size, perClass }: StyleDecoderTraining,
  seed: number,
): Promise<ImageSource> {
  if (images !== undefined) return looseImages(images);
  return withoutClasses(
    await relief16({ split: 'train', size, count: perClass, seed, textureCue: TEXTURE_CUE }),
  );
}

function decaying(rate: number): Schedule {
  return (step) => rate / (1 + DECAY * step);
}

function interrupted(steps: number): Error {
  const error = new Error(`Interrupted after step ${steps}; the same command goes on from there.`);
  error.name = 'Interrupted';
  return error;
}
