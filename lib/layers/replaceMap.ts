// What a skip connection carries instead of its own map, to see what a network makes of it.
import * as tf from '@tensorflow/tfjs';
import { ConfiguredLayer, type Kwargs, type LayerInputs, singleInput } from './layer';

export interface ReplaceMapArgs {
  name?: string;
  /** `zero`: nothing. `exchange`: the map of the next image of the batch (the first for the last). */
  by: 'zero' | 'exchange';
}

/** `[N, H, W, C]` to another map of this shape, no weights. Throws on an exchange in a batch of one. */
export class ReplaceMap extends ConfiguredLayer<Omit<ReplaceMapArgs, 'name'>> {
  static readonly className = 'ReplaceMap';

  constructor(args: ReplaceMapArgs) {
    super(args, { by: args.by });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor4D>(inputs);
    if (this.args.by === 'zero') return tf.zerosLike(x);
    const [images, ...map] = x.shape;
    if (images < 2)
      throw new Error('Maps can be exchanged only among two images or more; the batch has one.');
    return tf.tidy(() => {
      const others = tf.slice(x, [1, 0, 0, 0], [images - 1, ...map]);
      return tf.concat([others, tf.slice(x, [0, 0, 0, 0], [1, ...map])]);
    });
  }
}

tf.serialization.registerClass(ReplaceMap);
