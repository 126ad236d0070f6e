// Enlargement by repetition as a layer.
import * as tf from '@tensorflow/tfjs';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
} from './layer';
import type { UpsampleArgs } from './upsample';

/** `torch.nn.Upsample(scale_factor = factor, mode = 'nearest')`: `[N, H, W, C]` to `[N, factor*H, factor*W, C]`, no weights. */
export class NearestUpsample extends ConfiguredLayer<Omit<UpsampleArgs, 'name'>> {
  static readonly className = 'NearestUpsample';

  constructor(args: UpsampleArgs) {
    super(args, { factor: args.factor });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor4D>(inputs);
    const { factor } = this.args;
    return tf.image.resizeNearestNeighbor(x, [x.shape[1] * factor, x.shape[2] * factor]);
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width, channels] = singleShape(inputShape);
    const along = (side: number | null) => (side === null ? null : side * this.args.factor);
    return [images, along(height), along(width), channels];
  }
}

tf.serialization.registerClass(NearestUpsample);
