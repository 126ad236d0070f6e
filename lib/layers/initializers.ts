// Initial values of weights, from our own seeded numbers: they differ from PyTorch's for any seed, their distributions do not.
import * as tf from '@tensorflow/tfjs';
import { deriveSeed, Random } from '../random';

export type Initializer = ReturnType<typeof tf.initializers.zeros>;

/** The initializer of a layer's weight by its name. */
export type InitialValues = (name: string) => Initializer;

type Draw = (shape: number[]) => Float32Array;

/** Layers are written to JSON with their arguments, never with their initializers: this one has no configuration. */
class Drawn extends tf.serialization.Serializable {
  static readonly className = 'Drawn';

  constructor(private readonly draw: Draw) {
    super();
  }

  apply(shape: number[]): tf.Tensor {
    return tf.tensor(this.draw(shape), shape);
  }

  fromConfigUsesCustomObjects(): boolean {
    return false;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {};
  }
}

/** Every value is `value`. */
export function constantValues(value: number): Initializer {
  return new Drawn((shape) => new Float32Array(tf.util.sizeFromShape(shape)).fill(value));
}

/** Independent normal values of mean 0. */
export function normalValues(deviation: number, seed: number): Initializer {
  return new Drawn((shape) => drawnBy(seed, shape, (random) => deviation * random.normal()));
}

/** Independent uniform values in [low, high). */
export function uniformValues(low: number, high: number, seed: number): Initializer {
  return new Drawn((shape) => drawnBy(seed, shape, (random) => random.uniform(low, high)));
}

/** PyTorch's default for weights and for biases, `kaiming_uniform_(a = sqrt(5))`: uniform in [-b, b) with `b = 1 / sqrt(fanIn)`. `fanIn` is how
 *  many inputs each output sums: kh * kw * in for a convolution, in for a linear layer. The names derive their seeds from the layer's. */
export function fanInUniform(fanIn: number, seed: number): InitialValues {
  const bound = 1 / Math.sqrt(fanIn);
  return (name) => uniformValues(-bound, bound, deriveSeed(seed, name));
}

/** torchvision's for the convolutions of its ResNets, `kaiming_normal_(mode = 'fan_out', nonlinearity = 'relu')`: normal with mean 0 and variance
 *  `2 / fanOut`. `fanOut` is how many outputs each input feeds: kh * kw * out. Source: He et al. 2015. */
export function kaimingNormal(fanOut: number, seed: number): InitialValues {
  return (name) => normalValues(Math.sqrt(2 / fanOut), deriveSeed(seed, name));
}

/** Kernels `[..., in, out]` whose outputs are orthonormal: as a matrix `[..* in, out]`, its columns (its rows, where it is wider than
 *  high). Source: Saxe et al. 2014; `torch.nn.init.orthogonal_`, by Gram and Schmidt's way instead of a QR decomposition. */
export function orthogonalValues(seed: number): Initializer {
  return new Drawn((shape) => {
    const outputs = shape[shape.length - 1];
    const inputs = tf.util.sizeFromShape(shape) / outputs;
    const [count, length] = [Math.min(inputs, outputs), Math.max(inputs, outputs)];
    const vectors = orthonormal(count, length, new Random(seed));
    const at = (input: number, output: number) =>
      outputs <= inputs ? vectors[output][input] : vectors[input][output];
    return Float32Array.from({ length: inputs * outputs }, (_, i) =>
      at(Math.floor(i / outputs), i % outputs),
    );
  });
}

function drawnBy(seed: number, shape: number[], next: (random: Random) => number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => next(random));
}

/** `count` <= `length` orthonormal vectors in random directions. */
function orthonormal(count: number, length: number, random: Random): Float64Array[] {
  const vectors: Float64Array[] = [];
  for (let i = 0; i < count; i++) {
    const vector = Float64Array.from({ length }, () => random.normal());
    // Twice: what rounding leaves of the others after the first time is removed by the second.
    for (const other of [...vectors, ...vectors]) addScaled(vector, other, -dot(vector, other));
    const norm = Math.sqrt(dot(vector, vector));
    vectors.push(vector.map((value) => value / norm));
  }
  return vectors;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(target: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i++) target[i] += factor * other[i];
}
