// Convolution layer.
import * as tf from '@tensorflow/tfjs';
import { conv2d } from '../ops/conv2d';
import { fanInUniform, kaimingNormal } from './initializers';
import {
  ConfiguredLayer,
  type Kwargs,
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
  /** PyTorch's default, or that of torchvision's ResNets. Default: `fan-in-uniform`. */
  initial?: 'fan-in-uniform' | 'kaiming-normal';
  /** Of the initial weights. Default 0. */
  seed?: number;
}

/** `torch.nn.Conv2d` on NHWC: `[N, H, W, in]` to `[N, H', W', filters]`; weights `weight` `[k, k, in, filters]` and, if asked, `bias`. */
export class Conv2d extends ConfiguredLayer<Required<Omit<Conv2dArgs, 'name'>>> {
  static readonly className = 'Conv2d';
  private weight?: tf.LayerVariable;
  private bias?: tf.LayerVariable;

  constructor(args: Conv2dArgs) {
    const { filters, kernelSize, stride = 1, padding = 0, useBias = false } = args;
    const { initial = 'fan-in-uniform', seed = 0 } = args;
    super(args, { filters, kernelSize, stride, padding, useBias, initial, seed });
  }

  protected override addWeights(inputShape: tf.Shape): void {
    const channels = inputShape[3] as number;
    const { filters, kernelSize, useBias, initial, seed } = this.args;
    const uniform = fanInUniform(kernelSize * kernelSize * channels, seed);
    const normal = kaimingNormal(kernelSize * kernelSize * filters, seed);
    const shape = [kernelSize, kernelSize, channels, filters];
    this.weight = this.trained('weight', shape, initial === 'kaiming-normal' ? normal : uniform);
    if (useBias) this.bias = this.trained('bias', [filters], uniform);
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
}

tf.serialization.registerClass(Conv2d);
