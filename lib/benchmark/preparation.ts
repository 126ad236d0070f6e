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

/** A picture in memory that threads share. */
export interface SharedPicture extends Omit<ByteImage, 'data'> {
  readonly distortion: Distortion | null;
  /** Place of its first byte. */
  readonly start: number;
  /** Its place in the batch. */
  readonly place: number;
}

export type PreparationTask =
  | { readonly kind: 'render'; readonly options: ReliefOptions }
  | {
      readonly kind: 'prepare';
      readonly pictures: readonly SharedPicture[];
      readonly bytes: SharedArrayBuffer;
      readonly transform: TestTransformOptions;
      readonly batch: SharedArrayBuffer;
    };

/** Bytes of rendered images; prepared ones are in the task's memory. */
export type PreparationResult = Uint8Array | undefined;

const threads = new Threads<PreparationTask, PreparationResult>('lib/benchmark/preparationThread.ts');

/** How many threads prepare at a time. */
export function preparationThreads(): number {
  return threads.most;
}

/** The images of a Relief-16 set, `count x size x size x 3` bytes. Throws as `relief16`. */
export async function renderRelief(options: ReliefOptions): Promise<Uint8Array> {
  return (await threads.run({ kind: 'render', options })) as Uint8Array;
}

/** Memory that no batch uses at present. Threads share it: buffers that are sent to and fro weigh on the collectors of both sides. */
let idle: SharedArrayBuffer[] = [];

/** The smallest idle memory that is large enough, or new. */
function takeMemory(bytes: number): SharedArrayBuffer {
  const enough = idle.filter(({ byteLength }) => byteLength >= bytes);
  const [found] = enough.sort((a, b) => a.byteLength - b.byteLength);
  if (found === undefined) return new SharedArrayBuffer(bytes);
  idle = idle.filter((memory) => memory !== found);
  return found;
}

/** Distorts and resizes pictures: `N x size x size x 3` normalised floats, in their order, in memory that should be given back with
 *  `reuse` when they are no longer wanted. */
export async function prepare(
  pictures: readonly PictureToPrepare[],
  transform: TestTransformOptions,
): Promise<Float32Array> {
  const bytes = takeMemory(pictures.reduce((sum, { picture }) => sum + picture.data.length, 0));
  const view = new Uint8Array(bytes);
  let end = 0;
  const shared = pictures.map(({ picture: { data, ...size }, distortion }, place): SharedPicture => {
    const start = end;
    view.set(data, start);
    end += data.length;
    return { ...size, distortion, start, place };
  });
  const count = pictures.length * transform.size * transform.size * 3;
  const batch = takeMemory(4 * count);
  try {
    // Every thread takes a share, so that none idles at the end of a set.
    const share = Math.ceil(shared.length / threads.most);
    const shares = Array.from({ length: Math.ceil(shared.length / share) }, (_, i) =>
      shared.slice(i * share, (i + 1) * share),
    );
    await allDone(
      shares.map((part) => threads.run({ kind: 'prepare', pictures: part, bytes, transform, batch })),
    );
  } catch (error) {
    idle.push(batch);
    throw error;
  } finally {
    idle.push(bytes);
  }
  return new Float32Array(batch, 0, count);
}

/** Waits for all, also when one fails: the memory must not be lent again while one still writes to it. Throws the first failure. */
async function allDone(running: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(running);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Lets the next batch have the memory of one that `prepare` made. */
export function reuse(images: Float32Array): void {
  idle.push(images.buffer as unknown as SharedArrayBuffer);
}

/** Ends the threads and frees all memory; they start again when needed. */
export async function endPreparation(): Promise<void> {
  idle = [];
  await threads.close();
}
