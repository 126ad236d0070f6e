// Dropout layer.
import * as tf from '@tensorflow/tfjs';
import { dropout } from '../ops/dropout';
import { deriveSeed } from '../random';
import { ConfiguredLayer, type Kwargs, type LayerInputs, singleInput } from './layer';

export interface DropoutArgs {
  name?: string;
  /** Probability of being set to 0. */
  rate: number;
}

/** The op `dropout` as a layer: `[N, C]` (values) or `[N, H, W, C]` (whole maps) to the same shape, no weights.
 *
 *  Called with `training: true` and a `seed`, which changes from step to step; otherwise it passes its input on. Its mask follows
 *  from this seed and the layer's name. */
export class Dropout extends ConfiguredLayer<Omit<DropoutArgs, 'name'>> {
  static readonly className = 'SeededDropout';

  constructor(args: DropoutArgs) {
    super(args, { rate: args.rate });
  }

  override call(inputs: LayerInputs, { training = false, seed = 0 }: Kwargs): tf.Tensor {
    const x = singleInput(inputs);
    if (!training) return tf.clone(x);
    return dropout(x, { rate: this.args.rate, seed: deriveSeed(seed as number, this.name) });
  }
}

tf.serialization.registerClass(Dropout);
