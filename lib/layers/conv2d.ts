// Convolution layer.
import * as tf from '@tensorflow/tfjs';
import { conv2d } from '../ops/conv2d';
import { deriveSeed } from '../random';
import { FanInUniform } from './fanInUniform';
import {
  type Kwargs,
  type LayerArgs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
  windowCount,
} from './layer';

export interface Conv2dArgs {
  name?: string;
  filters: number;
  /** Rows and columns of the window. */
  kernelSize: number;
  /** Default 1. */
  stride?: number;
  /** Zeros on each side. Default 0. */
  padding?: number;
  /** Default false: batch norm follows. */
  useBias?: boolean;
  /** Of the initial weights. Default 0. */
  seed?: number;
}

/** `torch.nn.Conv2d` on NHWC: `[N, H, W, in]` to `[N, H', W', filters]`; weights `weight` `[k, k, in, filters]` and, if asked, `bias`. */
export class Conv2d extends tf.layers.Layer {
  static readonly className = 'Conv2d';
  private readonly args: Required<Omit<Conv2dArgs, 'name'>>;
  private weight?: tf.LayerVariable;
  private bias?: tf.LayerVariable;

  constructor(args: Conv2dArgs) {
    super(args as LayerArgs);
    const { filters, kernelSize, stride = 1, padding = 0, useBias = false, seed = 0 } = args;
    this.args = { filters, kernelSize, stride, padding, useBias, seed };
  }

  override build(inputShape: LayerShape): void {
    const channels = singleShape(inputShape)[3] as number;
    const { filters, kernelSize, useBias, seed } = this.args;
    const fanIn = kernelSize * kernelSize * channels;
    const uniform = (name: string) => new FanInUniform({ fanIn, seed: deriveSeed(seed, name) });
    const shape = [kernelSize, kernelSize, channels, filters];
    this.weight = this.addWeight('weight', shape, 'float32', uniform('weight'));
    if (useBias) this.bias = this.addWeight('bias', [filters], 'float32', uniform('bias'));
    super.build(inputShape);
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => {
      const y = conv2d(singleInput(inputs), this.weight!.read() as tf.Tensor4D, this.args);
      return this.bias ? tf.add(y, this.bias.read()) : y;
    });
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width] = singleShape(inputShape);
    const { kernelSize, filters } = this.args;
    const along = (size: number | null) => windowCount(size, kernelSize, this.args);
    return [images, along(height), along(width), filters];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.args };
  }
}

tf.serialization.registerClass(Conv2d);
