// The initial weights that torchvision gives the convolutions of its ResNets.
import * as tf from '@tensorflow/tfjs';
import { deriveSeed, Random } from '../random';
import type { Initializer } from './fanInUniform';

export interface KaimingNormalArgs {
  /** How many outputs each input feeds: kh * kw * out. */
  fanOut: number;
  seed: number;
}

/** Normal with mean 0 and variance `2 / fanOut`: `kaiming_normal_(mode = 'fan_out', nonlinearity = 'relu')`. The numbers come from our
 *  own seeded generator. Source: He et al. 2015. */
export class KaimingNormal extends tf.serialization.Serializable {
  static readonly className = 'KaimingNormal';
  private readonly args: KaimingNormalArgs;

  constructor(args: KaimingNormalArgs) {
    super();
    this.args = args;
  }

  apply(shape: number[]): tf.Tensor {
    const { fanOut, seed } = this.args;
    const deviation = Math.sqrt(2 / fanOut);
    const random = new Random(seed);
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    for (let i = 0; i < values.length; i++) values[i] = deviation * random.normal();
    return tf.tensor(values, shape);
  }

  fromConfigUsesCustomObjects(): boolean {
    return false;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...this.args };
  }
}

tf.serialization.registerClass(KaimingNormal);

/** The initial values of a layer's weights by their names, which derive their seeds from the layer's. */
export function kaimingNormal(fanOut: number, seed: number): (name: string) => Initializer {
  return (name) => new KaimingNormal({ fanOut, seed: deriveSeed(seed, name) });
}
