// How long each kernel of the webgpu engine computes: every dispatch gets a pass of its own, with a timestamp before and after it.
import * as tf from '@tensorflow/tfjs';

/** All dispatches of one kernel in a piece of work. */
export interface KernelTime {
  readonly kernel: string;
  readonly dispatches: number;
  readonly milliseconds: number;
}

/** What is used of WebGPU's objects; their full types come with the DOM. */
interface Pass {
  setPipeline(pipeline: object): void;
  setBindGroup(index: number, group: object): void;
  dispatchWorkgroups(x: number, y: number, z: number): void;
  end(): void;
}

interface Buffer {
  mapAsync(mode: number): Promise<void>;
  getMappedRange(): ArrayBuffer;
  unmap(): void;
}

interface Encoder {
  beginComputePass(options: object): Pass;
  resolveQuerySet(set: object, first: number, count: number, buffer: Buffer, offset: number): void;
  copyBufferToBuffer(from: Buffer, fromOffset: number, to: Buffer, toOffset: number, size: number): void;
  finish(): object;
}

interface Adapter {
  requestDevice(options: object): Promise<object>;
}

interface Device {
  readonly queue: { submit(commands: object[]): void };
  createCommandEncoder(): Encoder;
  createComputePipeline(options: { label: string }): object;
  createQuerySet(options: { type: 'timestamp'; count: number }): object;
  createBuffer(options: { size: number; usage: number }): Buffer;
}

// From the WebGPU specification: GPUBufferUsage and GPUMapMode.
const RESOLVED = 0x200 | 0x4;
const READABLE = 0x8 | 0x1;
const READ = 1;
const STAMPS_OF_SET = 4096;

/** Lets the webgpu engine, which must not have started yet, start with timestamps. */
export async function requestTimestamps(): Promise<void> {
  const { globals } = (await import('webgpu')) as unknown as {
    globals: { GPUAdapter: { prototype: Adapter } };
  };
  const { prototype } = globals.GPUAdapter;
  const { requestDevice } = prototype;
  prototype.requestDevice = function (options) {
    return requestDevice.call(this, { ...options, requiredFeatures: ['timestamp-query'] });
  };
}

/** Watches the device of the current backend, which must have timestamps, from before its kernels are compiled.
 *
 *  Dawn rounds timestamps to about a tenth of a millisecond, down at both ends: single dispatches say nothing, sums over many do. */
export class KernelClock {
  private readonly device: Device;
  private readonly names = new WeakMap<object, string>();
  private readonly createEncoder: () => Encoder;
  private sets: object[] = [];
  private dispatched: string[] = [];
  private running = false;

  constructor() {
    this.device = (tf.backend() as unknown as { device: Device }).device;
    const { device } = this;
    this.createEncoder = device.createCommandEncoder.bind(device);
    const createPipeline = device.createComputePipeline.bind(device);
    device.createComputePipeline = (options) => {
      const pipeline = createPipeline(options);
      this.names.set(pipeline, options.label);
      return pipeline;
    };
    device.createCommandEncoder = () => this.watched(this.createEncoder());
  }

  /** Times the kernels that `work` queues, which must wait for them; by kernel, longest first. */
  async time(work: () => Promise<unknown>): Promise<KernelTime[]> {
    this.dispatched = [];
    this.running = true;
    await work();
    this.running = false;
    const stamps = await this.readStamps();
    const times = new Map<string, { dispatches: number; milliseconds: number }>();
    this.dispatched.forEach((kernel, i) => {
      const { dispatches, milliseconds } = times.get(kernel) ?? { dispatches: 0, milliseconds: 0 };
      const own = Number(stamps[2 * i + 1] - stamps[2 * i]) / 1e6;
      times.set(kernel, { dispatches: dispatches + 1, milliseconds: milliseconds + own });
    });
    return [...times]
      .map(([kernel, time]) => ({ kernel, ...time }))
      .sort((a, b) => b.milliseconds - a.milliseconds);
  }

  private watched(encoder: Encoder): Encoder {
    const begin = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (options) => (this.running ? this.passes(begin) : begin(options));
    return encoder;
  }

  /** In the place of one pass with many dispatches. */
  private passes(begin: (options: object) => Pass): Pass {
    let pipeline: object;
    let group: object;
    return {
      setPipeline: (next) => {
        pipeline = next;
      },
      setBindGroup: (_, next) => {
        group = next;
      },
      dispatchWorkgroups: (x, y, z) => {
        const pass = begin({ timestampWrites: this.nextStamps(this.names.get(pipeline) ?? 'unknown') });
        pass.setPipeline(pipeline);
        pass.setBindGroup(0, group);
        pass.dispatchWorkgroups(x, y, z);
        pass.end();
      },
      end: () => {},
    };
  }

  private nextStamps(kernel: string): object {
    const first = 2 * this.dispatched.length;
    this.dispatched.push(kernel);
    const set = Math.floor(first / STAMPS_OF_SET);
    this.sets[set] ??= this.device.createQuerySet({ type: 'timestamp', count: STAMPS_OF_SET });
    const beginningOfPassWriteIndex = first % STAMPS_OF_SET;
    return {
      querySet: this.sets[set],
      beginningOfPassWriteIndex,
      endOfPassWriteIndex: beginningOfPassWriteIndex + 1,
    };
  }

  private async readStamps(): Promise<bigint[]> {
    const used = 2 * this.dispatched.length;
    const stamps: bigint[] = [];
    for (let set = 0; set * STAMPS_OF_SET < used; set++) {
      const count = Math.min(STAMPS_OF_SET, used - set * STAMPS_OF_SET);
      const size = 8 * count;
      const resolved = this.device.createBuffer({ size, usage: RESOLVED });
      const readable = this.device.createBuffer({ size, usage: READABLE });
      const encoder = this.createEncoder();
      encoder.resolveQuerySet(this.sets[set], 0, count, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, readable, 0, size);
      this.device.queue.submit([encoder.finish()]);
      await readable.mapAsync(READ);
      stamps.push(...new BigUint64Array(readable.getMappedRange()));
      readable.unmap();
    }
    return stamps;
  }
}
