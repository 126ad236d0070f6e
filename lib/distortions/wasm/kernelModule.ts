// Compiled SIMD kernels on a memory of their own.
import * as fs from 'node:fs';

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

/** A module, compiled at its first use. Throws then when this Node has no WebAssembly SIMD. */
export class KernelModule<Kernels> {
  private loaded: { memory: WasmMemory; kernels: Kernels } | undefined;

  constructor(private readonly file: string) {}

  get kernels(): Kernels {
    return this.load().kernels;
  }

  /** Its memory. Growing replaces it: take it anew after `hold`. */
  get buffer(): ArrayBuffer {
    return this.load().memory.buffer;
  }

  /** Sees to it that the memory holds so many bytes. */
  hold(bytes: number): void {
    const missing = Math.ceil((bytes - this.buffer.byteLength) / PAGE);
    if (missing > 0) this.load().memory.grow(missing);
  }

  private load(): { memory: WasmMemory; kernels: Kernels } {
    if (this.loaded === undefined) {
      const { Memory, Module, Instance } = (globalThis as unknown as { WebAssembly: WasmRuntime })
        .WebAssembly;
      const memory = new Memory({ initial: 1 });
      const module = new Module(fs.readFileSync(this.file));
      this.loaded = { memory, kernels: new Instance(module, { env: { memory } }).exports as Kernels };
    }
    return this.loaded;
  }
}
