// Loads pixels.wasm, our SIMD kernels for pixels (source: pixels.as.ts), and lends out its memory.
import * as path from 'node:path';
import { KernelModule } from './kernelModule';

/** The compiled kernels; their meaning is documented in pixels.as.ts. Pointers are the `byteOffset` of arrays of `pixelRoom`. */
export interface PixelKernels {
  fromBytes(from: number, to: number, count: number): void;
  toBytes(from: number, to: number, count: number, margin: number): void;
  lookUpGrey(from: number, to: number, pixels: number, table: number): void;
  lookUpColour(from: number, to: number, pixels: number, table: number): void;
  allInside(at: number, count: number): number;
  greyscale(from: number, to: number, pixels: number): number;
  scale(at: number, count: number, slope: number, offset: number): void;
  addNoise(at: number, draws: number, count: number, slope: number, offset: number, spread: number): void;
  uniform(at: number, count: number, seed: number): void;
  filterRows(
    ...parameters: [
      from: number,
      width: number,
      height: number,
      outside: number,
      weights: number,
      radius: number,
      line: number,
      to: number,
      pitch: number,
    ]
  ): void;
  filterColumns(
    ...parameters: [from: number, pitch: number, height: number, weights: number, radius: number, to: number]
  ): void;
  joinRows(from: number, pitch: number, width: number, height: number, offset: number, to: number): void;
  difference(fine: number, coarse: number, count: number, mean: number): void;
  turns(draws: number, count: number, slope: number, cosines: number, sines: number): void;
}

/** Kernels read and write up to this many floats behind the end of an array. */
const SLACK = 16;

const wasm = new KernelModule<PixelKernels>(path.join(__dirname, 'pixels.wasm'));

/** The kernels. Throws when this Node has no WebAssembly SIMD. */
export function pixelKernels(): PixelKernels {
  return wasm.kernels;
}

/** Arrays of these lengths in the kernels' memory, with what was there before. The next call lends the same memory again: copy what
 *  is to stay. */
export function pixelRoom(...lengths: readonly number[]): Float32Array[] {
  const places: number[] = [];
  let end = 0;
  for (const length of lengths) {
    places.push(end);
    end += 4 * (Math.ceil(length / SLACK) + 1) * SLACK;
  }
  wasm.hold(end);
  return lengths.map((length, i) => new Float32Array(wasm.buffer, places[i], length));
}

/** The memory of floats of `pixelRoom` as bytes. */
export function asBytes({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
