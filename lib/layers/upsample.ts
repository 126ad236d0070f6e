// Bilinear enlargement as a layer.
import * as tf from '@tensorflow/tfjs';
import { resizeBilinear } from '../ops/resizeBilinear';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
} from './layer';

export interface UpsampleArgs {
  name?: string;
  /** Times as many rows and columns. */
  factor: number;
}

/** `torch.nn.Upsample(scale_factor = factor, mode = 'bilinear')`: `[N, H, W, C]` to `[N, factor*H, factor*W, C]`, no weights. */
export class Upsample extends ConfiguredLayer<Omit<UpsampleArgs, 'name'>> {
  static readonly className = 'Upsample';

  constructor(args: UpsampleArgs) {
    super(args, { factor: args.factor });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor4D>(inputs);
    return resizeBilinear(x, [x.shape[1] * this.args.factor, x.shape[2] * this.args.factor]);
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width, channels] = singleShape(inputShape);
    const along = (side: number | null) => (side === null ? null : side * this.args.factor);
    return [images, along(height), along(width), channels];
  }
}

tf.serialization.registerClass(Upsample);
