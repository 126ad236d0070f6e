// Runs compute shaders of our own on the tensors of TensorFlow.js's WebGPU backend. The backend's own programs have one result
// and write their sizes anew at every run; these have any number of results and keep what does not change.
import * as tf from '@tensorflow/tfjs';

type Scalar = 'u32' | 'i32' | 'f32';

/** A compute shader, whose entry point is `main`. Its tensors are float32 arrays by name, its numbers fields of `uniforms`. */
export interface Shader {
  /** Names the shader in messages; two shaders of one name are the same shader. */
  readonly name: string;
  readonly outputs: readonly string[];
  readonly inputs: readonly string[];
  /** Tensors, inputs or outputs, to be seen as arrays of vec4<f32>. */
  readonly vectors?: readonly string[];
  readonly uniforms: Readonly<Record<string, Scalar>>;
  readonly code: string;
}

export interface ShaderRun {
  readonly shader: Shader;
  /** In the order of the shader's names. */
  readonly inputs: readonly tf.TensorInfo[];
  readonly outputShapes: readonly number[][];
  readonly uniforms: Readonly<Record<string, number>>;
  readonly workgroups: readonly [number, number, number];
}

/** What is used of WebGPU's objects; their full types come with the DOM. */
interface GpuBuffer {
  readonly size: number;
}

interface ComputePass {
  setPipeline(pipeline: object): void;
  setBindGroup(index: number, group: object): void;
  dispatchWorkgroups(x: number, y: number, z: number): void;
}

interface Device {
  readonly limits: Readonly<Record<string, number>>;
  readonly queue: { writeBuffer(buffer: GpuBuffer, offset: number, data: ArrayBuffer): void };
  createBuffer(options: { size: number; usage: number }): GpuBuffer;
  createShaderModule(options: { code: string; label: string }): object;
  createBindGroupLayout(options: object): object;
  createPipelineLayout(options: object): object;
  createComputePipeline(options: object): object;
  createBindGroup(options: object): object;
}

/** What is used of the backend (version 4.22.0); in its types some of it is private. */
interface Backend {
  readonly device: Device;
  readonly tensorMap: { get(id: object): { readonly resource: GpuBuffer } };
  readonly commandQueueOwnedIds: WeakSet<object>;
  readonly commandEncoder: { beginComputePass(options: object): ComputePass };
  computePassEncoder: ComputePass | null | undefined;
  dispatchCountInPass: number;
  makeTensorInfo(shape: readonly number[], dtype: string): tf.TensorInfo;
  uploadToGPU(id: object): void;
  disposeData(id: object): boolean;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

interface Compiled {
  readonly pipeline: object;
  readonly layout: object;
  readonly uniforms: Map<string, GpuBuffer>;
}

// From the WebGPU specification: GPUShaderStage.COMPUTE, GPUBufferUsage.UNIFORM | COPY_DST.
const COMPUTE = 4;
const UNIFORM_BUFFER = 0x40 | 0x8;
/** A learning rate that changes at every step must not fill the memory. */
const MOST_UNIFORMS = 512;
const MOST_WORKGROUPS = 65535;

export class ShaderRunner {
  private readonly backend: Backend;
  private readonly compiled = new Map<string, Compiled>();

  constructor(backend: tf.KernelBackend) {
    this.backend = backend as unknown as Backend;
  }

  /** Most bytes that a shader can see of one tensor. */
  get largestBinding(): number {
    return this.backend.device.limits.maxStorageBufferBindingSize;
  }

  /** Queues the shader; returns its results, which the caller owns. */
  run({ shader, inputs, outputShapes, uniforms, workgroups }: ShaderRun): tf.TensorInfo[] {
    const { backend } = this;
    const outputs = outputShapes.map((shape) => backend.makeTensorInfo(shape, 'float32'));
    const compiled = this.compile(shader);
    const tensors = [...outputs, ...inputs].map(({ dataId }) => this.bufferOf(dataId));
    const buffers = [...tensors, this.uniformBuffer(compiled, shader, uniforms)];
    const group = backend.device.createBindGroup({
      layout: compiled.layout,
      entries: buffers.map((buffer, binding) => ({ binding, resource: { buffer } })),
    });
    backend.ensureCommandEncoderReady();
    backend.computePassEncoder ??= backend.commandEncoder.beginComputePass({});
    backend.computePassEncoder.setPipeline(compiled.pipeline);
    backend.computePassEncoder.setBindGroup(0, group);
    backend.computePassEncoder.dispatchWorkgroups(...workgroups);
    backend.dispatchCountInPass++;
    if (backend.dispatchCountInPass >= tf.env().getNumber('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE')) {
      backend.endComputePassEncoder();
      backend.submitQueue();
    }
    return outputs;
  }

  /** Frees what a kernel made for itself, once the queued shaders have used it. */
  dispose(tensors: readonly tf.TensorInfo[]): void {
    for (const { dataId } of tensors) this.backend.disposeData(dataId);
  }

  /** The tensor's buffer, which the backend from now on keeps until the queue is submitted. */
  private bufferOf(dataId: object): GpuBuffer {
    this.backend.uploadToGPU(dataId);
    this.backend.commandQueueOwnedIds.add(dataId);
    return this.backend.tensorMap.get(dataId).resource;
  }

  private compile(shader: Shader): Compiled {
    const known = this.compiled.get(shader.name);
    if (known !== undefined) return known;
    const { device } = this.backend;
    const types = [
      ...shader.outputs.map(() => 'storage'),
      ...shader.inputs.map(() => 'read-only-storage'),
      'uniform',
    ];
    const layout = device.createBindGroupLayout({
      entries: types.map((type, binding) => ({ binding, visibility: COMPUTE, buffer: { type } })),
    });
    const compiled = {
      layout,
      pipeline: device.createComputePipeline({
        label: shader.name,
        layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
        compute: {
          module: device.createShaderModule({ label: shader.name, code: source(shader) }),
          entryPoint: 'main',
        },
      }),
      uniforms: new Map<string, GpuBuffer>(),
    };
    this.compiled.set(shader.name, compiled);
    return compiled;
  }

  /** A buffer is written once and never again: what is queued may still read it. */
  private uniformBuffer(
    { uniforms: known }: Compiled,
    { uniforms: types }: Shader,
    values: Readonly<Record<string, number>>,
  ): GpuBuffer {
    const key = Object.keys(types)
      .map((name) => values[name])
      .join();
    const buffer = known.get(key);
    if (buffer !== undefined) return buffer;
    const { device } = this.backend;
    const data = packed(types, values);
    const made = device.createBuffer({ size: data.byteLength, usage: UNIFORM_BUFFER });
    device.queue.writeBuffer(made, 0, data);
    if (known.size >= MOST_UNIFORMS) known.clear();
    known.set(key, made);
    return made;
  }
}

/** A grid of at least so many workgroups, in the axes x and y. */
export function spread(workgroups: number): [number, number, number] {
  const rows = Math.ceil(workgroups / MOST_WORKGROUPS);
  return [Math.ceil(workgroups / rows), rows, 1];
}

function source({ outputs, inputs, vectors = [], uniforms, code }: Shader): string {
  const fields = Object.entries(uniforms).map(([name, type]) => `${name}: ${type},`);
  const tensors = [...outputs, ...inputs].map((name, binding) => {
    const access = binding < outputs.length ? 'read_write' : 'read';
    const element = vectors.includes(name) ? 'vec4<f32>' : 'f32';
    return `@group(0) @binding(${binding}) var<storage, ${access}> ${name}: array<${element}>;`;
  });
  return `
    struct Uniforms { ${fields.join(' ')} }
    ${tensors.join('\n')}
    @group(0) @binding(${tensors.length}) var<uniform> uniforms: Uniforms;
    ${code}`;
}

function packed(
  types: Readonly<Record<string, Scalar>>,
  values: Readonly<Record<string, number>>,
): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(Object.keys(types).length * 4));
  Object.entries(types).forEach(([name, type], i) => {
    if (type === 'f32') view.setFloat32(4 * i, values[name], true);
    else if (type === 'i32') view.setInt32(4 * i, values[name], true);
    else view.setUint32(4 * i, values[name], true);
  });
  return view.buffer as ArrayBuffer;
}
