// Noise that a generator may use as far as it learns to.
import * as tf from '@tensorflow/tfjs';
import { injectNoise, normalNoise } from '../ops/noise';
import { deriveSeed } from '../random';
import { ConfiguredLayer, type Kwargs, type LayerInputs, singleInput } from './layer';

export interface NoiseInjectionArgs {
  name?: string;
  /** `learnt`: noise is added. `ignored`: there is a scale, as in the authors' networks, but no noise and nothing to train. */
  scale: 'learnt' | 'ignored';
}

/** `y = x + weight * noise`: `[N, H, W, C]` to the same shape, the noise `[N, H, W, 1]` the same in all channels, one `weight` `[1]`, at first 0.
 *
 *  Fresh noise in training and in evaluation: it follows from the `seed` of the call and the layer's name, unless the call is given `noise` by the
 *  names of layers. Source: StyleGAN, as in FastGAN. */
export class NoiseInjection extends ConfiguredLayer<Omit<NoiseInjectionArgs, 'name'>> {
  static readonly className = 'NoiseInjection';
  private weight?: tf.LayerVariable;

  constructor(args: NoiseInjectionArgs) {
    super(args, { scale: args.scale });
  }

  protected override addWeights(): void {
    const add = this.args.scale === 'learnt' ? this.trained : this.buffer;
    this.weight = add.call(this, 'weight', [1], () => tf.initializers.zeros());
  }

  override call(inputs: LayerInputs, { seed = 0, noise }: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor4D>(inputs);
    if (this.args.scale === 'ignored') return tf.clone(x);
    const [images, height, width] = x.shape;
    const given = (noise as Readonly<Record<string, tf.Tensor4D>> | undefined)?.[this.name];
    return tf.tidy(() => {
      const drawn =
        given ?? normalNoise<tf.Tensor4D>([images, height, width, 1], deriveSeed(seed as number, this.name));
      return injectNoise(x, drawn, this.weight!.read());
    });
  }
}

tf.serialization.registerClass(NoiseInjection);
