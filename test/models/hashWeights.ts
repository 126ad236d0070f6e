// The weights and the image that reference networks were given: an integer hash of each place.
import type { StoredTensor } from '../../lib/models/weights';
import { fixture } from '../reference';

export type Entry = readonly [name: string, shape: number[]];

/** Names and shapes of every entry of the authors' state_dict, in its order, with their counts at 224 pixels. */
export function architecture(name: 'autoencoder' | 'unet' | 'resnet50'): {
  parameters: number;
  macs: number;
  entries: Entry[];
} {
  return fixture<Record<string, { parameters: number; macs: number; entries: Entry[] }>>(
    'locnet/architectures.json',
  )[name];
}

/** Every weight of a reference network of LocNet, by name; the field `generator` of the fixtures says how. */
export function hashWeights(name: 'autoencoder' | 'unet' | 'resnet50'): Map<string, StoredTensor> {
  return hashedWeights(architecture(name).entries);
}

/** Values for the entries of a state_dict, in its order. */
export function hashedWeights(entries: readonly Entry[]): Map<string, StoredTensor> {
  const weights = new Map<string, StoredTensor>();
  for (const [place, [entry, shape]] of entries.entries()) {
    if (!entry.endsWith('num_batches_tracked')) {
      weights.set(entry, { name: entry, shape, data: valuesOf(entry, shape, 1 + place) });
    }
  }
  return weights;
}

/** `[1, side, side, 3]`, NHWC; the reference's is NCHW. */
export function hashImage(side = 64): Float32Array {
  const pixels = side * side;
  return Float32Array.from(
    { length: 3 * pixels },
    (_, i) => 2 * (2 * hash((i % 3) * pixels + Math.floor(i / 3), 999) - 1),
  );
}

function valuesOf(name: string, shape: readonly number[], seed: number): Float32Array {
  const length = shape.reduce((product, side) => product * side, 1);
  const values = new Float32Array(length);
  const scale = Math.sqrt((6 * shape[0]) / length);
  for (let k = 0; k < length; k++) {
    const r = 2 * hash(k, seed) - 1;
    if (shape.length >= 2) values[k] = r * scale;
    else if (name.endsWith('running_var')) values[k] = 1 + 0.25 * (r + 1);
    else if (name.endsWith('.weight')) values[k] = 0.8 + 0.1 * r;
    else values[k] = 0.1 * r;
  }
  return values;
}

/** Uniform in [0, 1). */
function hash(k: number, seed: number): number {
  let x = (k + Math.imul(seed, 0x9e3779b1)) >>> 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x85ebca6b);
  x ^= x >>> 13;
  x = Math.imul(x, 0xc2b2ae35);
  x ^= x >>> 16;
  return (x >>> 0) / 4294967296;
}
