// Batches: seeded order, seeded augmentation, prepared ahead; for training, evaluation and generators alike.
import { deriveSeed, Random } from '../random';
import type { Transform } from './augment';
import type { ByteImage, ImageSource } from './imageSource';
import { type LentRoom, preparationThreads, prepareElsewhere, prepareHere } from './preparation/preparation';
import { type PictureToPrepare, roomBytes } from './preparation/room';
import { readAhead } from './readAhead';
import { recipeOf } from './recipes';

/** Images ready for a network, in plain memory: no tensors, so that preparing them never touches the engine. Images and targets hold until the next batch is asked for: then their memory
 *  may be used again. */
export interface Batch {
  /** `shape` floats, NHWC, normalised. */
  readonly images: Float32Array;
  /** `N` class indices. */
  readonly labels: Int32Array;
  /** `[N, size, size, 3]`. */
  readonly shape: [number, number, number, number];
  /** What else is to be learnt of each image: `N x size x size x channels` floats by name, e.g. `depth` in 0..1. */
  readonly targets?: Readonly<Record<string, Float32Array>>;
}

/** Which images make a batch, and the seed of their augmentation. */
export interface Draw {
  readonly source: ImageSource;
  readonly indices: ArrayLike<number>;
  readonly seed: number;
}

/** Decodes and transforms the images at `indices`, and the maps that the transform's targets ask for. The generator of image `i` is
 *  seeded by `(seed, i)`, so that an image's augmentation depends neither on its batch nor on its place in it, nor on the thread; its maps get generators of
 *  the same seed. Errors of the source pass through; throws on a map of another size than its image, naming both. */
export async function loadBatch(
  source: ImageSource,
  indices: ArrayLike<number>,
  transform: Transform,
  seed: number,
): Promise<Batch> {
  return (await load({ source, indices, seed }, transform, prepareHere)).batch;
}

interface Loaded {
  readonly batch: Batch;
  readonly room: LentRoom;
}

async function load(
  { source, indices, seed }: Draw,
  transform: Transform,
  prepare: typeof prepareHere,
): Promise<Loaded> {
  const pictures = await Promise.all(
    Array.from(indices, (index) => pictureAt(source, index, seed, transform)),
  );
  const room = await prepare(pictures, transform);
  const labels = Int32Array.from(indices, (index) => source.labels[index]);
  const { size } = transform;
  return {
    batch: { images: room.images, labels, shape: [indices.length, size, size, 3], targets: room.targets },
    room,
  };
}

async function pictureAt(
  source: ImageSource,
  index: number,
  seed: number,
  { targets = {} }: Transform,
): Promise<PictureToPrepare> {
  const { distorted } = source;
  const picture = await (distorted === undefined ? source.image(index) : distorted.original(index));
  const maps: Record<string, ByteImage> = {};
  for (const name of Object.keys(targets))
    if (name !== 'image') maps[name] = await depthOf(source, index, picture);
  const distortion = distorted?.distortion(index) ?? null;
  return { picture, distortion, seed: deriveSeed(seed, 'image', index), maps };
}

/** The depth map of an image. */
async function depthOf(source: ImageSource, index: number, image: ByteImage): Promise<ByteImage> {
  if (source.depth === undefined)
    throw new Error(`${source.name} has no depth maps, but depth is to be learnt.`);
  const depth = await source.depth(index);
  if (depth.width !== image.width || depth.height !== image.height) {
    throw new Error(
      `The depth map of image ${index} of ${source.name} is ${depth.width} x ${depth.height}, the image ${image.width} x ${image.height}.`,
    );
  }
  return depth;
}

export interface BatchesOptions {
  source: ImageSource;
  transform: Transform;
  batchSize: number;
  /** Seed of order and augmentation. */
  seed: number;
  /** With `seed`, determines order and augmentation. Default 0. */
  epoch?: number;
  /** Random order. Default false: the order of the source. */
  shuffle?: boolean;
  /** The last batch is left out when it has fewer images. Default 1: it is always kept. */
  smallestBatch?: number;
  /** Number of batches to skip without loading them: where an interrupted epoch goes on. Default 0. */
  start?: number;
}

/** How many batches an epoch has. */
export function batchCount(count: number, batchSize: number, smallestBatch = 1): number {
  return (
    Math.floor(count / batchSize) + (count % batchSize >= smallestBatch && count % batchSize > 0 ? 1 : 0)
  );
}

/** The batches of one epoch; while one is used, the next are being prepared. */
export async function* batches(options: BatchesOptions): AsyncGenerator<Batch, void, undefined> {
  const {
    source,
    transform,
    batchSize,
    seed,
    epoch = 0,
    shuffle = false,
    smallestBatch = 1,
    start = 0,
  } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new Error(`The batch size is a whole number from 1, not ${batchSize}.`);
  }
  const order = shuffle
    ? new Random(deriveSeed(seed, 'shuffle', epoch)).permutation(source.count)
    : Int32Array.from({ length: source.count }, (_, i) => i);
  const total = batchCount(source.count, batchSize, smallestBatch);
  const augmentation = deriveSeed(seed, 'augment', epoch);
  const draws = Array.from({ length: Math.max(0, total - start) }, (_, i): Draw => {
    const first = (start + i) * batchSize;
    return { source, indices: order.subarray(first, first + batchSize), seed: augmentation };
  });
  yield* drawn(draws, transform);
}

/** From so many pixels on, threads are worth their start: half a second of cropping. */
const WORTH_THREADS = 4e6;
/** What waits takes no more memory than this, and no more pictures are decoded or files open; but for one batch. */
const MOST_WAITING_BYTES = 256e6;
const MOST_WAITING_PICTURES = 512;

/** The batches of draws, in order. While one is used, the next are prepared: by other threads where that is worth their start and the transform has a recipe, else one in this thread. */
export async function* drawn(
  draws: readonly Draw[],
  transform: Transform,
): AsyncGenerator<Batch, void, undefined> {
  const images = draws.reduce((sum, { indices }) => sum + indices.length, 0);
  const threads = preparationThreads();
  const isWorth = threads > 1 && images * transform.size ** 2 >= WORTH_THREADS;
  const elsewhere = isWorth && recipeOf(transform) !== undefined;
  let abandoned = false;
  const prepare: typeof prepareHere = async (pictures) => {
    if (abandoned) throw new Error('This batch is no longer wanted.');
    return (elsewhere ? prepareElsewhere : prepareHere)(pictures, transform);
  };
  const ahead = elsewhere ? aheadOf(draws, transform) : 1;
  try {
    for await (const { batch, room } of readAhead(draws.length, ahead, (i) =>
      load(draws[i], transform, prepare),
    )) {
      yield batch;
      room.giveBack();
    }
  } finally {
    abandoned = true;
  }
}

/** Enough that no thread waits, as far as memory and files go. */
function aheadOf(draws: readonly Draw[], transform: Transform): number {
  const batchSize = draws[0].indices.length;
  const affordable = Math.min(
    MOST_WAITING_BYTES / roomBytes(transform, batchSize),
    MOST_WAITING_PICTURES / batchSize,
  );
  return Math.max(1, Math.min(4 * preparationThreads(), Math.floor(affordable)));
}

/** The same source with its decoded images kept in memory: `count x height x width x 3` bytes after one epoch. */
export function keepInMemory(source: ImageSource): ImageSource {
  return {
    name: source.name,
    classes: source.classes,
    count: source.count,
    labels: source.labels,
    textureLabels: source.textureLabels,
    hash: source.hash,
    image: remember((index) => source.image(index)),
    depth: source.depth && remember(source.depth.bind(source)),
  };
}

function remember(load: (index: number) => Promise<ByteImage>): (index: number) => Promise<ByteImage> {
  const loaded = new Map<number, Promise<ByteImage>>();
  return (index) => {
    const image = loaded.get(index) ?? load(index);
    loaded.set(index, image);
    return image;
  };
}
