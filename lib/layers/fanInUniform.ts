// PyTorch's default initial weights of convolutions and linear layers.
import * as tf from '@tensorflow/tfjs';
import { deriveSeed, Random } from '../random';

export type Initializer = ReturnType<typeof tf.initializers.zeros>;

export interface FanInUniformArgs {
  /** How many inputs each output sums: kh * kw * in for a convolution, in for a linear layer. */
  fanIn: number;
  seed: number;
}

/** Uniform in (-b, b) with `b = 1 / sqrt(fanIn)`.
 *
 *  This is `kaiming_uniform_(a = sqrt(5))`, PyTorch's default for weights, and also its default for biases. The numbers come
 *  from our own seeded generator, so they differ from PyTorch's for any seed; their distribution does not. */
export class FanInUniform extends tf.serialization.Serializable {
  static readonly className = 'FanInUniform';
  private readonly args: FanInUniformArgs;

  constructor(args: FanInUniformArgs) {
    super();
    this.args = args;
  }

  apply(shape: number[]): tf.Tensor {
    const { fanIn, seed } = this.args;
    const bound = 1 / Math.sqrt(fanIn);
    const random = new Random(seed);
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i++) values[i] = random.uniform(-bound, bound);
    return tf.tensor(values, shape);
  }

  fromConfigUsesCustomObjects(): boolean {
    return false;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...this.args };
  }
}

tf.serialization.registerClass(FanInUniform);

/** The initial values of a layer's weights by their names, which derive their seeds from the layer's. */
export function fanInUniform(fanIn: number, seed: number): (name: string) => FanInUniform {
  return (name) => new FanInUniform({ fanIn, seed: deriveSeed(seed, name) });
}
