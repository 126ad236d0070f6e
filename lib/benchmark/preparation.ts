// Work for other threads while this one runs the network: rendering Relief-16, and pictures to a network's input.
import type { TestTransformOptions } from '../data/augment';
import type { ByteImage } from '../data/imageSource';
import type { Relief16Options } from '../data/relief16/relief16';
import type { Distortion } from './stimuli';
import { Threads } from './threads';

/** A picture, and what is done to it before a network sees it. */
export interface PictureToPrepare {
  readonly picture: ByteImage;
  readonly distortion: Distortion | null;
}

/** Options of Relief-16 that are plain data. */
export type ReliefOptions = Omit<Relief16Options, 'onProgress'>;

export type PreparationTask =
  | { readonly kind: 'render'; readonly options: ReliefOptions }
  | {
      readonly kind: 'prepare';
      readonly pictures: readonly PictureToPrepare[];
      readonly transform: TestTransformOptions;
    };

/** Bytes of rendered images, or floats of prepared ones. */
export type PreparationResult = Uint8Array | Float32Array;

const threads = new Threads<PreparationTask, PreparationResult>('lib/benchmark/preparationThread.ts');

/** How many threads prepare at a time. */
export function preparationThreads(): number {
  return threads.most;
}

/** The images of a Relief-16 set, `count x size x size x 3` bytes. Throws as `relief16`. */
export async function renderRelief(options: ReliefOptions): Promise<Uint8Array> {
  return (await threads.run({ kind: 'render', options })) as Uint8Array;
}

/** Distorts and resizes pictures: `N x size x size x 3` normalised floats, in their order. */
export async function prepare(
  pictures: readonly PictureToPrepare[],
  transform: TestTransformOptions,
): Promise<Float32Array> {
  // A view is sent with all memory behind it, so each picture goes in memory of its own.
  const own = pictures.map(({ picture, distortion }) => ({
    picture: { ...picture, data: picture.data.slice() },
    distortion,
  }));
  const task = { kind: 'prepare', pictures: own, transform } as const;
  return (await threads.run(
    task,
    own.map(({ picture }) => picture.data.buffer),
  )) as Float32Array;
}

/** Ends the threads and frees their memory; they start again when needed. */
export async function endPreparation(): Promise<void> {
  await threads.close();
}
