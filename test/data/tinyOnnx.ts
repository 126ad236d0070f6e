// Models of a few bytes for ONNX Runtime: the protocol buffers of onnx.proto (onnx/onnx, Apache-2.0) written by hand.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Numbers of the fields of onnx.proto that are used. */
const FIELD = {
  model: { irVersion: 1, graph: 7, opsets: 8 },
  graph: { nodes: 1, name: 2, initializers: 5, inputs: 11, outputs: 12 },
  node: { inputs: 1, outputs: 2, type: 4, attributes: 5 },
  attribute: { name: 1, int: 3, ints: 8, type: 20 },
  weights: { dims: 1, type: 2, name: 8, raw: 9 },
  value: { name: 1, type: 2 },
} as const;
const [INT, INTS] = [2, 7];

/** Types of elements. */
export const FLOAT = 1;
export const FLOAT16 = 10;

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >> 7)];
}

function int(field: number, value: number): Buffer {
  return Buffer.from([...varint(field << 3), ...varint(value)]);
}

function bytes(field: number, ...parts: readonly (Buffer | string)[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)));
  return Buffer.concat([Buffer.from([...varint((field << 3) | 2), ...varint(content.length)]), content]);
}

/** A tensor whose dimensions are free but for the numbers among them. */
export interface OnnxTensor {
  name: string;
  dims: readonly (number | string)[];
  /** Default: `FLOAT`. */
  type?: number;
}

export interface OnnxNode {
  type: string;
  inputs: readonly string[];
  output: string;
  attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface OnnxGraph {
  inputs: readonly OnnxTensor[];
  outputs: readonly OnnxTensor[];
  nodes: readonly OnnxNode[];
  weights?: readonly { name: string; dims: readonly number[]; data: Float32Array }[];
}

/** Features of an image of any size: its mean colour. */
export const MEAN_COLOUR: OnnxGraph = {
  inputs: [{ name: 'images', dims: ['N', 3, 'height', 'width'] }],
  outputs: [{ name: 'colour', dims: ['N', 3] }],
  weights: [],
  nodes: [
    { type: 'GlobalAveragePool', inputs: ['images'], output: 'mean' },
    { type: 'Flatten', inputs: ['mean'], output: 'colour' },
  ],
};

function tensor(field: number, { name, dims, type = FLOAT }: OnnxTensor): Buffer {
  const shape = dims.map((dim) => bytes(1, typeof dim === 'number' ? int(1, dim) : bytes(2, dim)));
  const description = bytes(1, int(1, type), bytes(2, ...shape));
  return bytes(field, bytes(FIELD.value.name, name), bytes(FIELD.value.type, description));
}

function nodeOf({ type, inputs, output, attributes = {} }: OnnxNode): Buffer {
  const { node, attribute } = FIELD;
  return bytes(
    FIELD.graph.nodes,
    ...inputs.map((name) => bytes(node.inputs, name)),
    bytes(node.outputs, output),
    bytes(node.type, type),
    ...Object.entries(attributes).map(([name, value]) => {
      const numbers =
        typeof value === 'number'
          ? [int(attribute.int, value)]
          : value.map((each) => int(attribute.ints, each));
      const kind = int(attribute.type, typeof value === 'number' ? INT : INTS);
      return bytes(node.attributes, bytes(attribute.name, name), ...numbers, kind);
    }),
  );
}

/** The bytes of a model, of ONNX's operators of version 13. */
export function onnxModel({ inputs, outputs, nodes, weights = [] }: OnnxGraph): Buffer {
  const { model, graph } = FIELD;
  const stored = weights.map(({ name, dims, data }) =>
    bytes(
      graph.initializers,
      ...dims.map((dim) => int(FIELD.weights.dims, dim)),
      int(FIELD.weights.type, FLOAT),
      bytes(FIELD.weights.name, name),
      bytes(FIELD.weights.raw, Buffer.from(data.buffer, data.byteOffset, data.byteLength)),
    ),
  );
  return Buffer.concat([
    int(model.irVersion, 8),
    bytes(model.opsets, bytes(1, ''), int(2, 13)),
    bytes(
      model.graph,
      ...nodes.map(nodeOf),
      bytes(graph.name, 'tiny'),
      ...stored,
      ...inputs.map((value) => tensor(graph.inputs, value)),
      ...outputs.map((value) => tensor(graph.outputs, value)),
    ),
  ]);
}

/** A model of one node: the mean (or another reduction) of `pixel_values` [batch, 3, height, width] over `axes`, which disappear. */
export function reducingModel(axes: readonly number[], output: string, type = 'ReduceMean'): Buffer {
  const dims = ['batch', 3, 'height', 'width'];
  return onnxModel({
    inputs: [{ name: 'pixel_values', dims }],
    outputs: [{ name: output, dims: dims.filter((_, axis) => !axes.includes(axis)) }],
    nodes: [{ type, inputs: ['pixel_values'], output, attributes: { axes, keepdims: 0 } }],
  });
}

/** A depth model: the mean of the channels of its input. */
export const DEPTH_ONNX = reducingModel([1], 'predicted_depth');
/** A classifier of three classes: the mean of each channel. */
export const CLASSIFIER_ONNX = reducingModel([2, 3], 'logits');

/** What Depth-Anything's configuration says, with the size of its input and without normalisation. */
const PREPROCESSOR = {
  image_processor_type: 'DPTImageProcessor',
  do_resize: false,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: false,
  do_pad: false,
  ensure_multiple_of: 14,
  keep_aspect_ratio: true,
  image_mean: [0.485, 0.456, 0.406],
  image_std: [0.229, 0.224, 0.225],
  resample: 3,
  size: { width: 28, height: 28 },
};

/** Writes the folder of a model as the hub has it. */
export function writeModel(
  folder: string,
  {
    onnx = DEPTH_ONNX,
    config = { model_type: 'depth_anything' },
    preprocessor = {},
  }: { onnx?: Uint8Array; config?: object; preprocessor?: object } = {},
): string {
  fs.mkdirSync(path.join(folder, 'onnx'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'onnx', 'model.onnx'), onnx);
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(config));
  fs.writeFileSync(
    path.join(folder, 'preprocessor_config.json'),
    JSON.stringify({ ...PREPROCESSOR, ...preprocessor }),
  );
  return folder;
}

/** Why tests of ONNX networks are skipped; false where they run. */
export const skipWithoutOnnx = (() => {
  try {
    require.resolve('onnxruntime-node');
    return false;
  } catch {
    return 'needs the optional package onnxruntime-node';
  }
})();
