// Convolutions whose kernels are divided by their largest singular value.
import * as tf from '@tensorflow/tfjs';
import { conv2d } from '../ops/conv2d';
import { convTranspose2d } from '../ops/convTranspose2d';
import { type KernelKind, powerIteration, spectralNorm } from '../ops/spectralNorm';
import { deriveSeed } from '../random';
import { normalValues } from './initializers';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
  windowCount,
} from './layer';

/** Of the kernels at first. Source: FastGAN's initialisation; DCGAN's. */
const DEVIATION = 0.02;

export interface SpectralConv2dArgs {
  name?: string;
  filters: number;
  /** Rows and columns of the window. */
  kernelSize: number;
  /** Default 1. */
  stride?: number;
  /** Zeros on each side. Default 0. */
  padding?: number;
  /** Of the initial weights, normal with deviation 0.02. Default 0. */
  seed?: number;
}

type SpectralArgs = Required<Omit<SpectralConv2dArgs, 'name'>>;

/** What a spectrally normalised layer keeps: `weight_orig`, and the vectors `weight_u` `[out]` and `weight_v` `[in * k * k]`, named as PyTorch's. */
abstract class SpectralLayer extends ConfiguredLayer<SpectralArgs> {
  protected abstract readonly kind: KernelKind;
  private weight?: tf.LayerVariable;
  private left?: tf.LayerVariable;
  private right?: tf.LayerVariable;

  constructor({ filters, kernelSize, stride = 1, padding = 0, seed = 0, ...given }: SpectralConv2dArgs) {
    super(given, { filters, kernelSize, stride, padding, seed });
  }

  protected addKernel(shape: tf.Shape, outputs: number): void {
    const { seed } = this.args;
    const draw = (deviation: number) => (name: string) => normalValues(deviation, deriveSeed(seed, name));
    this.weight = this.trained('weight_orig', shape, draw(DEVIATION));
    this.left = this.buffer('weight_u', [outputs], draw(1));
    const size = tf.util.sizeFromShape(shape as number[]);
    this.right = this.buffer('weight_v', [size / outputs], draw(1));
    // From the start on sigma is meant to be a singular value, in evaluation, too.
    tf.tidy(() => this.iterate());
  }

  /** The normalised kernel; in training after one more power iteration. */
  protected kernel(training: boolean): tf.Tensor4D {
    if (training) this.iterate();
    const vectors = { left: this.left!.read() as tf.Tensor1D, right: this.right!.read() as tf.Tensor1D };
    return spectralNorm(this.weight!.read() as tf.Tensor4D, vectors, this.kind);
  }

  private iterate(): void {
    const kernel = this.weight!.read() as tf.Tensor4D;
    const { left, right } = powerIteration(kernel, this.left!.read() as tf.Tensor1D, this.kind);
    this.left!.write(left);
    this.right!.write(right);
  }
}

/** `spectral_norm(torch.nn.Conv2d(..., bias = False))` on NHWC: `[N, H, W, in]` to `[N, H', W', filters]`; kernel `weight_orig` `[k, k, in, filters]`.
 *
 *  Every training pass moves the singular vectors by one power iteration before the kernel is used. Source: Miyato et al. 2018. */
export class SpectralConv2d extends SpectralLayer {
  static readonly className = 'SpectralConv2d';
  protected readonly kind = 'conv';

  protected override addWeights(inputShape: tf.Shape): void {
    const { filters, kernelSize } = this.args;
    this.addKernel([kernelSize, kernelSize, inputShape[3], filters], filters);
  }

  override call(inputs: LayerInputs, { training = false }: Kwargs): tf.Tensor {
    return tf.tidy(() => conv2d(singleInput(inputs), this.kernel(Boolean(training)), this.args));
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width] = singleShape(inputShape);
    const { kernelSize, filters } = this.args;
    const along = (size: number | null) => windowCount(size, kernelSize, this.args);
    return [images, along(height), along(width), filters];
  }
}

/** `spectral_norm(torch.nn.ConvTranspose2d(..., bias = False))` on NHWC, as `SpectralConv2d`; kernel `weight_orig` `[k, k, filters, in]`. */
export class SpectralConvTranspose2d extends SpectralLayer {
  static readonly className = 'SpectralConvTranspose2d';
  protected readonly kind = 'conv-transpose';

  protected override addWeights(inputShape: tf.Shape): void {
    const { filters, kernelSize } = this.args;
    this.addKernel([kernelSize, kernelSize, filters, inputShape[3]], filters);
  }

  override call(inputs: LayerInputs, { training = false }: Kwargs): tf.Tensor {
    return tf.tidy(() => convTranspose2d(singleInput(inputs), this.kernel(Boolean(training)), this.args));
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width] = singleShape(inputShape);
    const { kernelSize, stride, padding, filters } = this.args;
    const along = (size: number | null) =>
      size === null ? null : (size - 1) * stride - 2 * padding + kernelSize;
    return [images, along(height), along(width), filters];
  }
}

tf.serialization.registerClass(SpectralConv2d);
tf.serialization.registerClass(SpectralConvTranspose2d);
