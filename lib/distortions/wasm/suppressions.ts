// Loads suppressions.wasm, our SIMD kernels for 8-bit pictures (source: suppressions.as.ts), and hands out places in its memory.
import * as path from 'node:path';
import { KernelModule } from './kernelModule';

/** The compiled kernels; their meaning is documented in suppressions.as.ts. Addresses are those of `KernelMemory`. */
export interface SuppressionKernels {
  copyPatch(from: number, to: number, pitch: number, bytes: number, rows: number): void;
  turnPatches(
    ...parameters: [from: number, to: number, side: number, channels: number, grid: number, turns: number]
  ): void;
  resizeRow(
    ...parameters: [
      from: number,
      count: number,
      channels: number,
      first: number,
      second: number,
      firstWeights: number,
      secondWeights: number,
      to: number,
    ]
  ): void;
  blendRows(
    ...parameters: [a: number, b: number, weightA: number, weightB: number, count: number, to: number]
  ): void;
  shuffleChannels(from: number, to: number, pixels: number, order: number): void;
  blendGrey(from: number, to: number, pixels: number, colourShare: number, greyShare: number): void;
  gaussianBlur(
    ...parameters: [
      from: number,
      rows: number,
      height: number,
      width: number,
      channels: number,
      radius: number,
      columns: number,
      weights: number,
      line: number,
      to: number,
    ]
  ): void;
  mirroredPlanes(
    ...parameters: [
      from: number,
      width: number,
      channels: number,
      border: number,
      columns: number,
      pitch: number,
      rows: number,
      high: number,
      to: number,
    ]
  ): void;
  bilateral(
    ...parameters: [
      planes: number,
      plane: number,
      pitch: number,
      radius: number,
      later: number,
      half: number,
      weights: number,
      weightPitch: number,
      floats: number,
      taps: number,
      scratch: number,
      width: number,
      height: number,
      channels: number,
      to: number,
    ]
  ): void;
  addMoved(
    ...parameters: [
      planes: number,
      sums: number,
      plane: number,
      pitch: number,
      first: number,
      columns: number,
      rows: number,
      offset: number,
      table: number,
      entries: number,
      shift: number,
      ring: number,
      lines: number,
    ]
  ): void;
  means(
    ...parameters: [
      planes: number,
      sums: number,
      plane: number,
      pitch: number,
      start: number,
      full: number,
      width: number,
      height: number,
      channels: number,
      to: number,
    ]
  ): void;
}

/** Kernels read and write up to this many bytes behind the end of an array. */
const SLACK = 64;
const ALIGNMENT = 16;

const wasm = new KernelModule<SuppressionKernels>(path.join(__dirname, 'suppressions.wasm'));

/** The kernels. Throws when this Node has no WebAssembly SIMD. */
export function suppressionKernels(): SuppressionKernels {
  return wasm.kernels;
}

/** The kernels' memory, handed out from its start for one picture: a second one made before the first is done with takes the same places. */
export class KernelMemory {
  private end = 0;

  /** The address of so many bytes, with what was there before. */
  reserve(bytes: number): number {
    const address = this.end;
    this.end += Math.ceil((bytes + SLACK) / ALIGNMENT) * ALIGNMENT;
    wasm.hold(this.end);
    return address;
  }

  /** The address of so many bytes of 0. */
  zeros(bytes: number): number {
    const address = this.reserve(bytes);
    new Uint8Array(wasm.buffer, address, bytes).fill(0);
    return address;
  }

  /** The address of a copy of these numbers. */
  put({ buffer, byteOffset, byteLength }: ArrayBufferView): number {
    const address = this.reserve(byteLength);
    new Uint8Array(wasm.buffer, address, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength));
    return address;
  }

  /** A copy of so many bytes at an address, in new memory or at the start of `target`. Throws when that is too short. */
  take(address: number, bytes: number, target?: Uint8Array): Uint8Array {
    const values = new Uint8Array(wasm.buffer, address, bytes);
    if (target === undefined) return values.slice();
    if (target.length < bytes) {
      throw new Error(`The result has ${bytes} bytes; the memory given for it has ${target.length}.`);
    }
    target.set(values);
    return target.subarray(0, bytes);
  }
}
