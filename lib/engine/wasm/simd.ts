// Loads simd.wasm, our SIMD kernels (source: simd.as.ts), onto the wasm backend's own memory.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** The compiled kernels; their meaning is documented in simd.as.ts. Addresses and pitches are in bytes. */
export interface SimdKernels {
  copyRows(from: number, fromPitch: number, to: number, toPitch: number, rows: number, bytes: number): void;
  fillZero(at: number, bytes: number): void;
  packFilter(filter: number, taps: number, outputs: number, panels: number): void;
  packTurnedFilter(
    ...parameters: [
      filter: number,
      filterWidth: number,
      inputs: number,
      outputs: number,
      strideHeight: number,
      strideWidth: number,
      phaseRow: number,
      phaseColumn: number,
      rows: number,
      columns: number,
      panels: number,
    ]
  ): void;
  transposeMatrix(from: number, rows: number, columns: number, to: number): void;
  convolveImage(
    ...parameters: [
      input: number,
      inRow: number,
      inColumn: number,
      windowRows: number,
      windowPitch: number,
      run: number,
      panels: number,
      output: number,
      outRow: number,
      outColumn: number,
      height: number,
      width: number,
      channels: number,
    ]
  ): void;
  filterGradientImage(
    ...parameters: [
      x: number,
      xRow: number,
      xColumn: number,
      windowRows: number,
      windowPitch: number,
      run: number,
      dy: number,
      height: number,
      width: number,
      channels: number,
      bandRows: number,
      gradient: number,
    ]
  ): void;
  channelSums(x: number, rows: number, channels: number, totals: number): void;
  channelSquaredDeviations(x: number, rows: number, channels: number, mean: number, totals: number): void;
  normalise(
    ...parameters: [
      x: number,
      rows: number,
      channels: number,
      mean: number,
      gain: number,
      offset: number,
      y: number,
    ]
  ): void;
  normaliseGradientSums(
    ...parameters: [
      x: number,
      dy: number,
      rows: number,
      channels: number,
      mean: number,
      sums: number,
      products: number,
    ]
  ): void;
  normaliseGradient(
    ...parameters: [
      x: number,
      dy: number,
      rows: number,
      channels: number,
      mean: number,
      gain: number,
      dyMean: number,
      slope: number,
      dx: number,
    ]
  ): void;
  reluGradient(dy: number, y: number, size: number, dx: number): void;
  momentumUpdate(
    ...parameters: [
      weight: number,
      gradient: number,
      velocity: number,
      size: number,
      learningRate: number,
      momentum: number,
      weightDecay: number,
      newWeight: number,
      newVelocity: number,
    ]
  ): void;
  movingAverage(
    ...parameters: [
      running: number,
      batch: number,
      size: number,
      kept: number,
      share: number,
      factor: number,
      to: number,
    ]
  ): void;
  topKMaskImage(x: number, pixels: number, channels: number, k: number, mask: number, scratch: number): void;
  maxPoolGradientImage(x: number, y: number, dy: number, dx: number, ...window: PoolingWindow): void;
  averagePoolGradientImage(dy: number, dx: number, ...window: PoolingWindow): void;
}

export type PoolingWindow = [
  inHeight: number,
  inWidth: number,
  channels: number,
  outHeight: number,
  outWidth: number,
  filterHeight: number,
  filterWidth: number,
  strideHeight: number,
  strideWidth: number,
  top: number,
  left: number,
];

/** WebAssembly.Memory: its types come with the DOM library, which this project leaves out. */
export interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

interface WasmRuntime {
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object, imports: { env: { memory: WasmMemory } }) => { exports: unknown };
}

/** Instantiates the kernels over `memory`. Throws when this Node has no WebAssembly SIMD. */
export function loadSimdKernels(memory: WasmMemory): SimdKernels {
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmRuntime }).WebAssembly;
  const module = new Module(fs.readFileSync(path.join(__dirname, 'simd.wasm')));
  return new Instance(module, { env: { memory } }).exports as SimdKernels;
}
