// Batches of a network's input from stimuli, distorted and resized in other threads while the network looks at those before.
import type { TestTransformOptions } from '../data/augment';
import { readAhead } from '../data/readAhead';
import { type PictureToPrepare, preparationThreads, prepare, reuse } from './preparation';
import type { StimulusSet } from './stimuli';

/** Images `start` to `end - 1` of a set. */
export interface PreparedBatch {
  readonly set: StimulusSet;
  readonly start: number;
  readonly end: number;
  /** `(end - start) x size x size x 3` normalised floats, which hold until the next batch is asked for. */
  readonly images: Float32Array;
}

type Batch = Omit<PreparedBatch, 'images'>;

/** Prepared batches that wait take no more memory than this. */
const MOST_WAITING_BYTES = 256e6;

/** All images of the sets, in order; no batch has images of two sets. Errors of the sets pass through. */
export async function* preparedBatches(
  sets: readonly StimulusSet[],
  transform: TestTransformOptions,
  batchSize: number,
): AsyncGenerator<PreparedBatch, void, undefined> {
  const batches = sets.flatMap((set) => batchesOf(set, batchSize));
  const threads = preparationThreads();
  const affordable = Math.floor(MOST_WAITING_BYTES / (batchSize * transform.size ** 2 * 12));
  const ahead = Math.max(threads, Math.min(4 * threads, affordable));
  const prepared = readAhead(batches.length, ahead, async (index) => ({
    ...batches[index],
    images: await prepareBatch(batches[index], transform),
  }));
  for await (const batch of prepared) {
    yield batch;
    reuse(batch.images);
  }
}

function batchesOf(set: StimulusSet, size: number): Batch[] {
  return Array.from({ length: Math.ceil(set.count / size) }, (_, i) => ({
    set,
    start: i * size,
    end: Math.min((i + 1) * size, set.count),
  }));
}

async function prepareBatch(
  { set, start, end }: Batch,
  transform: TestTransformOptions,
): Promise<Float32Array> {
  const pictures = Array.from({ length: end - start }, (_, i) => toPrepare(set, start + i));
  return prepare(await Promise.all(pictures), transform);
}

async function toPrepare({ recipe, image }: StimulusSet, index: number): Promise<PictureToPrepare> {
  if (recipe === undefined) return { picture: await image(index), distortion: null };
  return { picture: await recipe.original(index), distortion: recipe.distortion(index) };
}
