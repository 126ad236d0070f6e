// Enlargement as a layer.
import * as tf from '@tensorflow/tfjs';
import { resizeBilinear } from '../ops/resizeBilinear';
import { upsampleNearest } from '../ops/upsampleNearest';
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
  /** `nearest` repeats pixels. Default `bilinear`. */
  mode?: 'bilinear' | 'nearest';
}

/** `torch.nn.Upsample(scale_factor = factor, mode = mode)`: `[N, H, W, C]` to `[N, factor*H, factor*W, C]`, no weights. */
export class Upsample extends ConfiguredLayer<Required<Omit<UpsampleArgs, 'name'>>> {
  static readonly className = 'Upsample';

  constructor(args: UpsampleArgs) {
    super(args, { factor: args.factor, mode: args.mode ?? 'bilinear' });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor4D>(inputs);
    const { factor, mode } = this.args;
    if (mode === 'nearest') return upsampleNearest(x, factor);
    return resizeBilinear(x, [x.shape[1] * factor, x.shape[2] * factor]);
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width, channels] = singleShape(inputShape);
    const along = (side: number | null) => (side === null ? null : side * this.args.factor);
    return [images, along(height), along(width), channels];
  }
}

tf.serialization.registerClass(Upsample);
