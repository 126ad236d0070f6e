// Self-attention with its projections.
import * as tf from '@tensorflow/tfjs';
import { multiHeadAttention } from '../ops/attention';
import { deriveSeed } from '../random';
import { constantValues, fanInUniform, uniformValues } from './initializers';
import { ConfiguredLayer, type Kwargs, type LayerInputs, singleInput } from './layer';
import { positionwise } from './transformer';

export interface SelfAttentionArgs {
  name?: string;
  /** D is a multiple of it. */
  heads: number;
  /** Of the initial weights. Default 0. */
  seed?: number;
}

/** `torch.nn.MultiheadAttention(D, heads)` of x with itself: a map `[N, H, W, D]` or tokens `[N, T, D]` to the same shape, all positions of
 *  an image attending to all.
 *
 *  Weights `in_proj_weight` `[D, 3 D]` (query, key, value) and `in_proj_bias` `[3 D]`, `out_proj.weight` `[D, D]` and `out_proj.bias` `[D]`; initial
 *  values as PyTorch's: Xavier-uniform, zero biases. Throws where D is no multiple of the heads. */
export class SelfAttention extends ConfiguredLayer<Required<Omit<SelfAttentionArgs, 'name'>>> {
  static readonly className = 'SelfAttention';
  private inWeight?: tf.LayerVariable;
  private inBias?: tf.LayerVariable;
  private outWeight?: tf.LayerVariable;
  private outBias?: tf.LayerVariable;

  constructor(args: SelfAttentionArgs) {
    super(args, { heads: args.heads, seed: args.seed ?? 0 });
  }

  protected override addWeights(inputShape: tf.Shape): void {
    const width = inputShape.at(-1) as number;
    const { heads, seed } = this.args;
    if (!Number.isInteger(heads) || heads < 1 || width % heads !== 0) {
      throw new Error(`${this.name} cannot divide ${width} channels into ${heads} heads.`);
    }
    const xavier = Math.sqrt(6 / (width + 3 * width));
    const zeros = () => constantValues(0);
    this.inWeight = this.trained('in_proj_weight', [width, 3 * width], (name) =>
      uniformValues(-xavier, xavier, deriveSeed(seed, name)),
    );
    this.inBias = this.trained('in_proj_bias', [3 * width], zeros);
    this.outWeight = this.trained('out_proj.weight', [width, width], fanInUniform(width, seed));
    this.outBias = this.trained('out_proj.bias', [width], zeros);
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor>(inputs);
    return tf.tidy(() => {
      const tokens = tf.reshape(x, [x.shape[0], -1, x.shape[x.rank - 1]]) as tf.Tensor3D;
      const projected = positionwise(tokens, ...read(this.inWeight!, this.inBias!));
      const [query, key, value] = tf.split<tf.Tensor3D>(projected, 3, 2);
      const attended = multiHeadAttention(query, key, value, this.args.heads);
      return tf.reshape(positionwise(attended, ...read(this.outWeight!, this.outBias!)), x.shape);
    });
  }
}

function read(weight: tf.LayerVariable, bias: tf.LayerVariable): [tf.Tensor2D, tf.Tensor1D] {
  return [weight.read() as tf.Tensor2D, bias.read() as tf.Tensor1D];
}

tf.serialization.registerClass(SelfAttention);
