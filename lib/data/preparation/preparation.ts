// Work for other threads while this one runs the network: rendering Relief-16, and pictures to a network's input.
import { availableParallelism } from 'node:os';
import type { Distortion } from '../../distortions/levels';
import type { Transform } from '../augment';
import type { ByteImage } from '../imageSource';
import { recipeOf, type TransformRecipe } from '../recipes';
import type { Rendered, RenderTask } from '../relief16/renderRange';
import { type PictureToPrepare, prepareInto, type Room, roomBytes, roomIn } from './room';
import { Threads } from './threads';

/** A picture or map in memory that threads share. */
export interface SharedPixels extends Omit<ByteImage, 'data'> {
  /** Place of its first byte. */
  readonly start: number;
}

interface SharedPicture extends SharedPixels {
  readonly distortion: Distortion | null;
  readonly seed: number;
  readonly maps: Readonly<Record<string, SharedPixels>>;
  /** Its place in the batch. */
  readonly place: number;
}

export type PreparationTask =
  | { readonly kind: 'render'; readonly task: RenderTask }
  | {
      readonly kind: 'prepare';
      readonly pictures: readonly SharedPicture[];
      readonly bytes: SharedArrayBuffer;
      readonly transform: TransformRecipe;
      /** Pictures of the whole batch. */
      readonly count: number;
      readonly room: SharedArrayBuffer;
    };

/** Rendered images; prepared ones are in the task's memory. */
export type PreparationResult = Rendered | undefined;

/** So many feed any network; each that renders holds the drawings, about 60 MB. */
const ENOUGH_THREADS = 8;

/** `GESTALT_THREADS`, where several processes share the cores; else one a core, as far as more are of use. */
function mostThreads({ GESTALT_THREADS: given = '' } = process.env): number {
  if (given === '') return Math.min(ENOUGH_THREADS, availableParallelism());
  if (/^[1-9]\d{0,2}$/.test(given)) return Number(given);
  throw new Error(
    `GESTALT_THREADS is the number of threads that prepare images, from 1 to 999, not "${given}".`,
  );
}

let started: Threads<PreparationTask, PreparationResult> | undefined;

function threads(): Threads<PreparationTask, PreparationResult> {
  started ??= new Threads('lib/data/preparation/preparationThread.ts', mostThreads());
  return started;
}

/** How many threads prepare at a time. With one it is done where it is asked for: there is no core to spare.
 *  Throws when `GESTALT_THREADS` is no number of threads. */
export function preparationThreads(): number {
  return threads().most;
}

/** Renders a part of a Relief-16 set in another thread. */
export async function renderElsewhere(task: RenderTask): Promise<Rendered> {
  return (await threads().run({ kind: 'render', task })) as Rendered;
}

/** Memory that no batch uses at present. Threads share it: buffers that are sent to and fro weigh on the collectors of both sides. */
let idle: SharedArrayBuffer[] = [];

/** The smallest idle memory that is large enough, or new in place of the largest: pictures of ever other sizes must not pile up. */
function takeMemory(bytes: number): SharedArrayBuffer {
  idle.sort((a, b) => a.byteLength - b.byteLength);
  const found = idle.findIndex(({ byteLength }) => byteLength >= bytes);
  const [memory] = idle.splice(found, 1);
  return found < 0 ? new SharedArrayBuffer(bytes) : memory;
}

/** A batch in memory that the next one may have. */
export interface LentRoom extends Room {
  /** To be called when the batch is no longer wanted. */
  giveBack(): void;
}

/** Pictures in their order, prepared in this thread. */
export async function prepareHere(
  pictures: readonly PictureToPrepare[],
  transform: Transform,
): Promise<LentRoom> {
  const room = roomIn(new ArrayBuffer(roomBytes(transform, pictures.length)), transform, pictures.length);
  for (const [place, picture] of pictures.entries()) await prepareInto(room, place, picture, transform);
  return { ...room, giveBack: () => undefined };
}

/** The same, by other threads. Throws on a transform without a recipe. */
export async function prepareElsewhere(
  pictures: readonly PictureToPrepare[],
  transform: Transform,
): Promise<LentRoom> {
  const recipe = recipeOf(transform);
  if (recipe === undefined)
    throw new Error(`Other threads cannot make this transform again: ${transform.description}.`);
  const count = pictures.length;
  const { bytes, shared } = share(pictures);
  const room = takeMemory(roomBytes(transform, count));
  try {
    // Every thread takes a share, so that none idles at the end of a set.
    const each = Math.ceil(count / preparationThreads());
    const parts = Array.from({ length: Math.ceil(count / each) }, (_, i) =>
      shared.slice(i * each, (i + 1) * each),
    );
    await allDone(
      parts.map((part) =>
        threads().run({ kind: 'prepare', pictures: part, bytes, transform: recipe, count, room }),
      ),
    );
  } catch (error) {
    idle.push(room);
    throw error;
  } finally {
    idle.push(bytes);
  }
  return { ...roomIn(room, transform, count), giveBack: () => idle.push(room) };
}

/** Copies pictures and their maps into memory that threads share. */
function share(pictures: readonly PictureToPrepare[]): {
  bytes: SharedArrayBuffer;
  shared: SharedPicture[];
} {
  const all = pictures.flatMap(({ picture, maps }) => [picture, ...Object.values(maps)]);
  const bytes = takeMemory(all.reduce((sum, { data }) => sum + data.length, 0));
  const view = new Uint8Array(bytes);
  let end = 0;
  const copy = ({ data, width, height, channels }: ByteImage): SharedPixels => {
    const start = end;
    view.set(data, start);
    end += data.length;
    return { width, height, channels, start };
  };
  const shared = pictures.map(({ picture, distortion, seed, maps }, place): SharedPicture => {
    const copied = Object.entries(maps).map(([name, map]) => [name, copy(map)] as const);
    return { ...copy(picture), distortion, seed, place, maps: Object.fromEntries(copied) };
  });
  return { bytes, shared };
}

/** Waits for all, also when one fails: the memory must not be lent again while one still writes to it. Throws the first failure. */
async function allDone(running: readonly Promise<unknown>[]): Promise<void> {
  const settled = await Promise.allSettled(running);
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
}

/** Ends the threads and frees all memory; they start again when needed. */
export async function endPreparation(): Promise<void> {
  idle = [];
  await started?.close();
}
