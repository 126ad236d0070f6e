// Batches of a network's input from stimuli, distorted and resized while the network looks at those before.
import { type TestTransformOptions, testTransform } from '../data/augment';
import { drawn } from '../data/batches';
import type { StimulusSet } from './stimuli';

/** Images `start` to `end - 1` of a set. */
export interface PreparedBatch {
  readonly set: StimulusSet;
  readonly start: number;
  readonly end: number;
  /** `(end - start) x size x size x 3` normalised floats, which hold until the next batch is asked for. */
  readonly images: Float32Array;
}

/** All images of the sets, in order; no batch has images of two sets. Errors of the sets pass through. */
export async function* preparedBatches(
  sets: readonly StimulusSet[],
  transform: TestTransformOptions,
  batchSize: number,
): AsyncGenerator<PreparedBatch, void, undefined> {
  const places = sets.flatMap((set) => placesOf(set, batchSize));
  const draws = places.map(({ set, start, end }) => ({
    source: set,
    indices: Array.from({ length: end - start }, (_, i) => start + i),
    // The test transform draws nothing.
    seed: 0,
  }));
  let batch = 0;
  for await (const { images } of drawn(draws, testTransform(transform))) yield { ...places[batch++], images };
}

function placesOf(set: StimulusSet, size: number): Omit<PreparedBatch, 'images'>[] {
  return Array.from({ length: Math.ceil(set.count / size) }, (_, i) => ({
    set,
    start: i * size,
    end: Math.min((i + 1) * size, set.count),
  }));
}
