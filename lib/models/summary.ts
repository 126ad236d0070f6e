// A network at a glance: its stages, their shapes, weights and work.
import type * as tf from '@tensorflow/tfjs';
import type { ImageModel } from './model';

/** A stage: the layers whose names begin alike. */
export interface SummaryRow {
  readonly stage: string;
  /** `H x W x C`, or `C`: of its last layer, for one image. */
  readonly output: string;
  /** Weights that are trained. */
  readonly parameters: number;
  /** Multiplications and additions of its convolutions and linear layers, for one image. */
  readonly macs: number;
}

/** One row for each stage in the order of the network, and a last one, `total`. A stage is named by the first parts of its layers' names,
 *  e.g. `down_blocks.0` or `layer1`. */
export function summary({ network }: ImageModel): SummaryRow[] {
  const stages = new Map<string, tf.layers.Layer[]>();
  for (const layer of network.layers.filter(({ name }) => !isInput(network, name))) {
    const stage = stageOf(layer.name);
    stages.set(stage, [...(stages.get(stage) ?? []), layer]);
  }
  const rows = [...stages].map(
    ([stage, layers]): SummaryRow => ({
      stage,
      output: shapeOf(layers[layers.length - 1]),
      parameters: sum(layers.map(parametersOf)),
      macs: sum(layers.map(macsOf)),
    }),
  );
  const total = {
    stage: 'total',
    output: '',
    parameters: sum(rows.map(({ parameters }) => parameters)),
    macs: sum(rows.map(({ macs }) => macs)),
  };
  return [...rows, total];
}

function isInput(network: tf.LayersModel, name: string): boolean {
  return network.inputNames.includes(name);
}

/** `down_blocks.0.2.conv1` is of `down_blocks.0`, `bridge.bridge.0.conv` of `bridge`, `layer1.0.conv1` of `layer1`. */
function stageOf(name: string): string {
  const [first, second] = name.split('.');
  return /^(down|up)_blocks$/.test(first) ? `${first}.${second}` : first;
}

function shapeOf(layer: tf.layers.Layer): string {
  return (layer.outputShape as tf.Shape).slice(1).join(' x ');
}

function parametersOf(layer: tf.layers.Layer): number {
  return sum(layer.trainableWeights.map(({ shape }) => product(shape)));
}

/** Every weight of a kernel is used once for each position: of the output, or of the input where the convolution is transposed. */
function macsOf(layer: tf.layers.Layer): number {
  const kernel = layer.trainableWeights.find(({ shape }) => shape.length === 4 || shape.length === 2);
  if (kernel === undefined) return 0;
  const isTransposed = layer.getClassName() === 'ConvTranspose2d';
  const shape = (isTransposed ? (layer.input as tf.SymbolicTensor).shape : layer.outputShape) as tf.Shape;
  return product(kernel.shape) * product(shape.slice(1, -1));
}

function product(shape: tf.Shape): number {
  return shape.reduce<number>((all, side) => all * (side ?? 1), 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
