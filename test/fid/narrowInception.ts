// The Inception-v3 of 2015 at a sixteenth of its width, with numbers in place of trained weights.
import * as path from 'node:path';
import { type StoredTensor, writeSafetensors } from '../../lib/models/safetensors';
import { fixture } from '../reference';

export interface InceptionReference {
  names: [string, number, number, number, number][];
  prepared: number[];
  features: number[];
}

/** As in inceptionByTorch.py. */
export function lcg(count: number, seed: number): Float32Array {
  let state = seed;
  return Float32Array.from({ length: count }, () => {
    state = (1664525 * state + 1013904223) % 2 ** 32;
    return (2 * state) / 2 ** 32 - 1;
  });
}

/** Weights as inceptionByTorch.py makes them, in a file; or changed. */
export function narrowInception(
  folder: string,
  name: string,
  change: (tensors: StoredTensor[]) => StoredTensor[] = (tensors) => tensors,
): string {
  const { names } = fixture<InceptionReference>('fid/inception.json');
  const tensors = names.flatMap(([layer, out, inputs, height, width], i): StoredTensor[] => {
    const fanIn = inputs * height * width;
    const kernel = lcg(out * fanIn, i + 1).map((value) => value * Math.sqrt(6 / fanIn));
    const norm = (part: number, scale: number, offset: number): Float32Array =>
      lcg(out, 1000 * part + i + 1).map((value) => offset + scale * value);
    const parts: [string, Float32Array][] = [
      ['weight', norm(1, 0.2, 1)],
      ['bias', norm(2, 0.1, 0)],
      ['running_mean', norm(3, 0.1, 0)],
      ['running_var', norm(4, 0.5, 1)],
    ];
    return [
      { name: `${layer}.conv.weight`, shape: [out, inputs, height, width], data: kernel },
      ...parts.map(([part, data]) => ({ name: `${layer}.bn.${part}`, shape: [out], data })),
    ];
  });
  const file = path.join(folder, `${name}.safetensors`);
  writeSafetensors(file, change(tensors), {});
  return file;
}
