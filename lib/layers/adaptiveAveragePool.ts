// Average pooling to a fixed size as a layer.
import * as tf from '@tensorflow/tfjs';
import { adaptiveAveragePool } from '../ops/adaptiveAveragePool';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
} from './layer';

export interface AdaptiveAveragePoolArgs {
  name?: string;
  /** Rows and columns of the output. */
  size: number;
}

/** `torch.nn.AdaptiveAvgPool2d(size)`: `[N, H, W, C]` to `[N, size, size, C]`, no weights. */
export class AdaptiveAveragePool extends ConfiguredLayer<Omit<AdaptiveAveragePoolArgs, 'name'>> {
  static readonly className = 'AdaptiveAveragePool';

  constructor(args: AdaptiveAveragePoolArgs) {
    super(args, { size: args.size });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return adaptiveAveragePool(singleInput(inputs), this.args.size);
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, , , channels] = singleShape(inputShape);
    return [images, this.args.size, this.args.size, channels];
  }
}

tf.serialization.registerClass(AdaptiveAveragePool);
