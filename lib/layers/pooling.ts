// Pooling layers and the step from maps to vectors.
import * as tf from '@tensorflow/tfjs';
import { averagePool, globalAveragePool } from '../ops/averagePool';
import { type MaxPoolOptions, maxPool } from '../ops/maxPool';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
  windowCount,
} from './layer';

export interface AveragePoolArgs {
  name?: string;
  /** Rows and columns of the window, and its step. */
  size: number;
}

/** `torch.nn.AvgPool2d(size)`: `[N, H, W, C]` to `[N, floor(H / size), floor(W / size), C]`. */
export class AveragePool extends ConfiguredLayer<Omit<AveragePoolArgs, 'name'>> {
  static readonly className = 'AveragePool';

  constructor(args: AveragePoolArgs) {
    super(args, { size: args.size });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return averagePool(singleInput(inputs), this.args.size);
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width, channels] = singleShape(inputShape);
    const along = (size: number | null) => windowCount(size, this.args.size, { stride: this.args.size });
    return [images, along(height), along(width), channels];
  }
}

export interface MaxPoolArgs extends MaxPoolOptions {
  name?: string;
}

/** `torch.nn.MaxPool2d`: `[N, H, W, C]` to `[N, floor((H + 2*padding - size) / stride) + 1, ..., C]`. */
export class MaxPool extends ConfiguredLayer<Required<MaxPoolOptions>> {
  static readonly className = 'MaxPool';

  constructor(args: MaxPoolArgs) {
    const { size, stride = size, padding = 0 } = args;
    super(args, { size, stride, padding });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return maxPool(singleInput(inputs), this.args);
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width, channels] = singleShape(inputShape);
    const along = (side: number | null) => windowCount(side, this.args.size, this.args);
    return [images, along(height), along(width), channels];
  }
}

/** The mean over each map: `[N, H, W, C]` to `[N, C]`. */
export class GlobalAveragePool extends tf.layers.Layer {
  static readonly className = 'GlobalAveragePool';

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return globalAveragePool(singleInput(inputs));
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, , , channels] = singleShape(inputShape);
    return [images, channels];
  }
}

/** `torch.flatten(x, 1)`: `[N, H, W, C]` to `[N, C*H*W]` in PyTorch's order, channel by channel.
 *
 *  NHWC memory would flatten position by position. PyTorch's order costs a small transpose, and the linear layer behind it
 *  then takes PyTorch's weights as they are. */
export class FlattenChannelsFirst extends tf.layers.Layer {
  static readonly className = 'FlattenChannelsFirst';

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor4D>(inputs);
    return tf.tidy(() => tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1]));
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width, channels] = singleShape(inputShape) as [null, number, number, number];
    return [images, channels * height * width];
  }
}

for (const layer of [AveragePool, MaxPool, GlobalAveragePool, FlattenChannelsFirst]) {
  tf.serialization.registerClass(layer);
}
