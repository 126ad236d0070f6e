// Models of a few bytes for ONNX Runtime: the protocol buffers of onnx.proto (onnx/onnx, Apache-2.0) written by hand.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Numbers of the fields of onnx.proto that are used. */
const FIELD = {
  model: { irVersion: 1, graph: 7, opsets: 8 },
  graph: { nodes: 1, name: 2, inputs: 11, outputs: 12 },
  node: { inputs: 1, outputs: 2, type: 4, attributes: 5 },
  attribute: { name: 1, int: 3, ints: 8, type: 20 },
  value: { name: 1, type: 2 },
} as const;
const [INT, INTS, FLOAT] = [2, 7, 1];

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

/** A tensor of floats whose dimensions are free but for the numbers among them. */
function tensor(field: number, name: string, dims: readonly (number | string)[]): Buffer {
  const shape = dims.map((dim) => bytes(1, typeof dim === 'number' ? int(1, dim) : bytes(2, dim)));
  const type = bytes(1, int(1, FLOAT), bytes(2, ...shape));
  return bytes(field, bytes(FIELD.value.name, name), bytes(FIELD.value.type, type));
}

/** A model of one node: the mean (or another reduction) of `pixel_values` [batch, 3, height, width] over `axes`, which disappear. */
export function reducingModel(axes: readonly number[], output: string, type = 'ReduceMean'): Buffer {
  const { model, graph, node, attribute } = FIELD;
  const dims = ['batch', 3, 'height', 'width'];
  const keep = [bytes(attribute.name, 'keepdims'), int(attribute.int, 0), int(attribute.type, INT)];
  const over = axes.map((axis) => int(attribute.ints, axis));
  const reduction = bytes(
    graph.nodes,
    bytes(node.inputs, 'pixel_values'),
    bytes(node.outputs, output),
    bytes(node.type, type),
    bytes(node.attributes, bytes(attribute.name, 'axes'), ...over, int(attribute.type, INTS)),
    bytes(node.attributes, ...keep),
  );
  const inputs = tensor(graph.inputs, 'pixel_values', dims);
  const outputs = tensor(
    graph.outputs,
    output,
    dims.filter((_, axis) => !axes.includes(axis)),
  );
  return Buffer.concat([
    int(model.irVersion, 8),
    bytes(model.opsets, bytes(1, ''), int(2, 13)),
    bytes(model.graph, reduction, bytes(graph.name, 'tiny'), inputs, outputs),
  ]);
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
