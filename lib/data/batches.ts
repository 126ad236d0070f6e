// Batches: seeded order, seeded augmentation, one batch prepared ahead.
import { deriveSeed, Random } from '../random';
import type { Transform } from './augment';
import type { ByteImage, ImageSource } from './imageSource';

/** Images ready for a network, in plain memory: no tensors, so that preparing them never touches the engine. */
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

/** Decodes and transforms the images at `indices`, and the maps that the transform's targets ask for. The generator of image `i` is
 *  seeded by `(seed, i)`, so that an image's augmentation depends neither on its batch nor on its place in it; its maps get generators of
 *  the same seed. Errors of the source pass through; throws on a map of another size than its image, naming both. */
export async function loadBatch(
  source: ImageSource,
  indices: ArrayLike<number>,
  transform: Transform,
  seed: number,
): Promise<Batch> {
  const { size } = transform;
  const pixels = size * size * 3;
  const images = new Float32Array(indices.length * pixels);
  const labels = new Int32Array(indices.length);
  const targets = roomForTargets(transform, indices.length);
  await Promise.all(
    Array.from(indices, async (index, place) => {
      const image = await source.image(index);
      const random = (): Random => new Random(deriveSeed(seed, 'image', index));
      transform.apply(image, random(), images, place * pixels);
      labels[place] = source.labels[index];
      for (const [name, target] of Object.entries(transform.targets ?? {})) {
        const map = name === 'image' ? image : await depthOf(source, index, image);
        target.apply(map, random(), targets[name], place * size * size * target.channels);
      }
    }),
  );
  return { images, labels, shape: [indices.length, size, size, 3], targets };
}

function roomForTargets({ size, targets = {} }: Transform, count: number): Record<string, Float32Array> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, { channels }]) => [
      name,
      new Float32Array(count * size * size * channels),
    ]),
  );
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

/** The batches of one epoch; while one is used, the next is being prepared. */
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
  const prepare = (batch: number): Promise<Batch> => {
    const indices = order.subarray(batch * batchSize, (batch + 1) * batchSize);
    const loading = loadBatch(source, indices, transform, augmentation);
    // A failure surfaces where the batch is awaited; if its user stops before, it must not end the process.
    loading.catch(() => undefined);
    return loading;
  };
  let next = start < total ? prepare(start) : undefined;
  for (let batch = start; next !== undefined; batch++) {
    const current: Batch = await next;
    next = batch + 1 < total ? prepare(batch + 1) : undefined;
    yield current;
  }
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
