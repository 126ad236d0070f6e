// Loads suppressions.wasm, our SIMD kernels for 8-bit pictures (source: suppressions.as.ts), and hands out places in its memory.
import * as fs from 'node:fs';
import * as path from 'node:path';

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
  filterRows(
    ...parameters: [
      from: number,
      rows: number,
      count: number,
      width: number,
      channels: number,
      radius: number,
      mirror: number,
      weights: number,
      lines: number,
      lineBytes: number,
      to: number,
      pitch: number,
    ]
  ): void;
  filterColumns(
    ...parameters: [
      from: number,
      pitch: number,
      taps: number,
      values: number,
      count: number,
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
  planesAsFloats(from: number, to: number, count: number): void;
  bilateral(
    ...parameters: [
      planes: number,
      floats: number,
      plane: number,
      pitch: number,
      start: number,
      taps: number,
      count: number,
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

/** Its types come with the DOM library, which this project leaves out. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}

interface WasmRuntime {
  Memory: new (limits: { initial: number }) => WasmMemory;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: unknown };
}

const PAGE = 65536;
/** Kernels read and write up to this many bytes behind the end of an array. */
const SLACK = 64;
const ALIGNMENT = 16;

let loaded: { memory: WasmMemory; kernels: SuppressionKernels } | undefined;

function load(): { memory: WasmMemory; kernels: SuppressionKernels } {
  if (loaded === undefined) {
    const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WasmRuntime }).WebAssembly;
    const memory = new Memory({ initial: 1 });
    const module = new Module(fs.readFileSync(path.join(__dirname, 'suppressions.wasm')));
    loaded = {
      memory,
      kernels: new Instance(module, { env: { memory } }).exports as SuppressionKernels,
    };
  }
  return loaded;
}

/** The kernels. Throws when this Node has no WebAssembly SIMD. */
export function suppressionKernels(): SuppressionKernels {
  return load().kernels;
}

/** The kernels' memory, handed out from its start for one picture: a second one made before the first is done with takes the same places. */
export class KernelMemory {
  private end = 0;
  private readonly memory = load().memory;

  /** The address of so many bytes, with what was there before. */
  reserve(bytes: number): number {
    const address = this.end;
    this.end += Math.ceil((bytes + SLACK) / ALIGNMENT) * ALIGNMENT;
    const missing = Math.ceil((this.end - this.memory.buffer.byteLength) / PAGE);
    if (missing > 0) this.memory.grow(missing);
    return address;
  }

  /** The address of so many bytes of 0. */
  zeros(bytes: number): number {
    const address = this.reserve(bytes);
    new Uint8Array(this.memory.buffer, address, bytes).fill(0);
    return address;
  }

  /** The address of a copy of these numbers. */
  put({ buffer, byteOffset, byteLength }: ArrayBufferView): number {
    const address = this.reserve(byteLength);
    new Uint8Array(this.memory.buffer, address, byteLength).set(
      new Uint8Array(buffer, byteOffset, byteLength),
    );
    return address;
  }

  /** A copy of so many bytes at an address, in new memory or at the start of `target`. Throws when that is too short. */
  take(address: number, bytes: number, target?: Uint8Array): Uint8Array {
    const values = new Uint8Array(this.memory.buffer, address, bytes);
    if (target === undefined) return values.slice();
    if (target.length < bytes) {
      throw new Error(`The result has ${bytes} bytes; the memory given for it has ${target.length}.`);
    }
    target.set(values);
    return target.subarray(0, bytes);
  }
}
