// The heap of TensorFlow.js's wasm backend: where tensors lie, scratch memory, and a guard on its allocator.
import type * as tf from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { WasmMemory } from './simd';

/** What the backend's types leave out of its Emscripten module. */
interface EmscriptenModule {
  HEAPU8: Uint8Array;
  asm: { memory: WasmMemory };
  _malloc(bytes: number): number;
  _free(pointer: number): void;
}

// The allocator asks the system for more at the end of the heap, and near 4 GiB its sum of address and size wraps around: it
// then hands out memory that is in use. So the heap ends earlier, and no request is as large as the rest up to 4 GiB.
const HEAP_LIMIT = 3 * 2 ** 30;
const LARGEST_REQUEST = 2 ** 30 - 2 ** 24;

/** The heap as kernels see it: addresses in bytes, tensors float32. */
export class Heap {
  private readonly module: EmscriptenModule;
  private made: tf.TensorInfo[] = [];

  constructor(private readonly backend: BackendWasm) {
    this.module = backend.wasm as unknown as EmscriptenModule;
  }

  get memory(): WasmMemory {
    return this.module.asm.memory;
  }

  /** Address of a tensor's first element. */
  pointer(tensor: tf.TensorInfo): number {
    return this.backend.dataIdMap.get(tensor.dataId as object).memoryOffset;
  }

  /** A new float32 tensor with undefined content. */
  output(shape: number[]): tf.TensorInfo {
    const tensor = this.backend.makeOutput(shape, 'float32') as tf.TensorInfo;
    this.made.push(tensor);
    return tensor;
  }

  /** The same data under a new handle: no copy. */
  share(tensor: tf.TensorInfo): tf.TensorInfo {
    this.backend.incRef(tensor.dataId as object);
    return { dataId: tensor.dataId, shape: tensor.shape, dtype: tensor.dtype };
  }

  /** Runs a kernel; should it throw (memory), the outputs that it made so far are released. */
  runKernel<T>(kernel: () => T): T {
    this.made = [];
    try {
      return kernel();
    } catch (error) {
      for (const tensor of this.made) this.backend.disposeData(tensor.dataId as object);
      throw error;
    } finally {
      this.made = [];
    }
  }

  /** A view that any later allocation may detach: take it last, keep it short. */
  floats(pointer: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, length);
  }

  /** As `floats`, in double precision; `pointer` must be a multiple of 8. */
  doubles(pointer: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, pointer, length);
  }

  /** Lends scratch memory to `use` and takes it back, whatever happens. */
  scratch<T>(bytes: number, use: (pointer: number) => T): T {
    const pointer = this.module._malloc(bytes) >>> 0;
    try {
      return use(pointer);
    } finally {
      this.module._free(pointer);
    }
  }
}

/** Makes the backend's allocator throw where it would answer null, which the backend takes for address 0 and writes there, and
 *  where its heap would pass 3 GiB. What is freed can be used again. */
export function guardAllocator(backend: BackendWasm): void {
  const module = backend.wasm as unknown as EmscriptenModule;
  // Emscripten's stubs replace themselves at their first call: let that happen before ours takes the place.
  module._free(module._malloc(8));
  const allocate = module._malloc;
  module._malloc = (bytes: number): number => {
    const pointer = bytes <= LARGEST_REQUEST ? allocate(bytes) : 0;
    const fits = pointer !== 0 && (pointer >>> 0) + bytes <= HEAP_LIMIT;
    if (fits || bytes === 0) return pointer;
    if (pointer !== 0) module._free(pointer);
    throw heapExhausted(bytes, module.asm.memory.buffer.byteLength);
  };
}

function heapExhausted(bytes: number, heapBytes: number): Error {
  return new Error(
    `The wasm heap is exhausted: ${bytes} bytes (${gigabytes(bytes)}) were asked for, the heap holds ` +
      `${gigabytes(heapBytes)} and can never pass ${gigabytes(HEAP_LIMIT)}. Use a smaller batch, smaller images or a ` +
      'narrower network, or an engine without this limit (native, native-gpu).',
  );
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
