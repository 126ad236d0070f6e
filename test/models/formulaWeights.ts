// The weights that the reference networks of FastGAN were given: a linear congruential generator for each tensor.
import type { StoredTensor } from '../../lib/models/weights';

export type Entry = readonly [name: string, shape: number[]];

/** Parameters and buffers of a reference network in its order; `amplitude` is that of weights with more than one axis. The field `fill` of the
 *  fixtures says how. */
export function formulaWeights(
  parameters: readonly Entry[],
  buffers: readonly Entry[],
  amplitude: number,
): Map<string, StoredTensor> {
  const entries = [
    ...parameters.map((entry, place) => ({ entry, seed: place })),
    ...buffers.map((entry, place) => ({ entry, seed: 1000 + place })),
  ];
  return new Map(
    entries
      .filter(({ entry: [name] }) => !name.endsWith('num_batches_tracked'))
      .map(({ entry: [name, shape], seed }) => [
        name,
        { name, shape, data: valuesOf(name, shape, seed, amplitude) },
      ]),
  );
}

function valuesOf(name: string, shape: readonly number[], seed: number, amplitude: number): Float32Array {
  const values = uniform(
    shape.reduce((product, side) => product * side, 1),
    seed,
  );
  if (/weight_[uv]$/.test(name)) {
    const norm = Math.hypot(...values);
    return Float32Array.from(values, (value) => value / norm);
  }
  const [offset, scale] = placed(name, shape, amplitude);
  return Float32Array.from(values, (value) => offset + scale * value);
}

function placed(name: string, shape: readonly number[], amplitude: number): [offset: number, scale: number] {
  if (name.endsWith('running_mean')) return [0, 0.1];
  if (name.endsWith('running_var')) return [1, 0.2];
  if (name.endsWith('bias')) return [0, 0.05];
  return shape.length > 1 ? [0, amplitude] : [1, 0.1];
}

/** In [-1, 1). */
function uniform(length: number, seed: number): Float64Array {
  let state = (7919 * seed + 12345) >>> 0;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return (2 * state) / 2 ** 32 - 1;
  });
}
