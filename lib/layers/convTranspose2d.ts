// Transposed convolution layer.
import * as tf from '@tensorflow/tfjs';
import { convTranspose2d } from '../ops/convTranspose2d';
import { fanInUniform } from './initializers';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
} from './layer';

export interface ConvTranspose2dArgs {
  name?: string;
  filters: number;
  /** Rows and columns of the window, and its step: windows do not overlap. */
  size: number;
  /** Of the initial weights. Default 0. */
  seed?: number;
}

/** `torch.nn.ConvTranspose2d(in, filters, size, stride = size)` on NHWC: `[N, H, W, in]` to `[N, size*H, size*W, filters]`; weights
 *  `weight` `[size, size, filters, in]` and `bias` `[filters]`. */
export class ConvTranspose2d extends ConfiguredLayer<Required<Omit<ConvTranspose2dArgs, 'name'>>> {
  static readonly className = 'ConvTranspose2d';
  private weight?: tf.LayerVariable;
  private bias?: tf.LayerVariable;

  constructor(args: ConvTranspose2dArgs) {
    const { filters, size, seed = 0 } = args;
    super(args, { filters, size, seed });
  }

  protected override addWeights(inputShape: tf.Shape): void {
    const channels = inputShape[3] as number;
    const { filters, size, seed } = this.args;
    // PyTorch counts the second axis of its [in, out, k, k] as the inputs.
    const uniform = fanInUniform(size * size * filters, seed);
    this.weight = this.trained('weight', [size, size, filters, channels], uniform);
    this.bias = this.trained('bias', [filters], uniform);
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return tf.tidy(() => {
      const kernel = this.weight!.read() as tf.Tensor4D;
      return tf.add(
        convTranspose2d(singleInput(inputs), kernel, { stride: this.args.size }),
        this.bias!.read(),
      );
    });
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    const [images, height, width] = singleShape(inputShape);
    const { filters, size } = this.args;
    const along = (side: number | null) => (side === null ? null : side * size);
    return [images, along(height), along(width), filters];
  }
}

tf.serialization.registerClass(ConvTranspose2d);
