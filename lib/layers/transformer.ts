// Layers of a transformer over maps or tokens: all work on the last axis, whatever stands before it.
import * as tf from '@tensorflow/tfjs';
import { gelu } from '../ops/gelu';
import { layerNorm } from '../ops/layerNorm';
import { linear } from '../ops/linear';
import { deriveSeed } from '../random';
import { constantValues, normalValues } from './initializers';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
} from './layer';
import { Linear } from './linear';

export interface LayerNormArgs {
  name?: string;
  /** Default 1e-5. */
  epsilon?: number;
}

/** `torch.nn.LayerNorm(D)`: `[..., D]` to the same shape; weights `weight`, `bias` `[D]`. */
export class LayerNorm extends ConfiguredLayer<Required<Omit<LayerNormArgs, 'name'>>> {
  static readonly className = 'LayerNorm';
  private scale?: tf.LayerVariable;
  private offset?: tf.LayerVariable;

  constructor(args: LayerNormArgs = {}) {
    super(args, { epsilon: args.epsilon ?? 1e-5 });
  }

  protected override addWeights(inputShape: tf.Shape): void {
    const shape = [inputShape.at(-1) as number];
    this.scale = this.trained('weight', shape, () => constantValues(1));
    this.offset = this.trained('bias', shape, () => constantValues(0));
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const [scale, offset] = [this.scale!.read() as tf.Tensor1D, this.offset!.read() as tf.Tensor1D];
    return layerNorm(singleInput<tf.Tensor>(inputs), scale, offset, this.args);
  }
}

/** `torch.nn.Linear` over the last axis: `[..., in]` to `[..., units]`; weights `weight` `[in, units]` and `bias` `[units]`. */
export class PositionwiseLinear extends Linear {
  static override readonly className: string = 'PositionwiseLinear';

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const [weight, bias] = [this.weight!.read() as tf.Tensor2D, this.bias!.read() as tf.Tensor1D];
    return tf.tidy(() => positionwise(singleInput(inputs), weight, bias));
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    return [...singleShape(inputShape).slice(0, -1), this.args.units];
  }
}

/** The affine map of every vector along the last axis: x `[..., in]`, weight `[in, out]`, bias `[out]`, y `[..., out]`. Within a tidy. */
export function positionwise<T extends tf.Tensor>(x: T, weight: tf.Tensor2D, bias: tf.Tensor1D): T {
  const rows = tf.reshape(x, [-1, weight.shape[0]]) as tf.Tensor2D;
  return tf.reshape(linear(rows, weight, bias), [...x.shape.slice(0, -1), weight.shape[1]]) as T;
}

/** The op `gelu` as a layer. */
export class Gelu extends tf.layers.Layer {
  static readonly className = 'Gelu';

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return gelu(singleInput<tf.Tensor>(inputs));
  }
}

export interface PositionEmbeddingArgs {
  name?: string;
  /** Of the initial values, normal with deviation 0.02. Default 0. */
  seed?: number;
}

/** Adds a learned vector at every position: `[N, H, W, D]` to the same shape; weight `embedding` `[1, H * W, D]`, row by row. */
export class PositionEmbedding extends ConfiguredLayer<Required<Omit<PositionEmbeddingArgs, 'name'>>> {
  static readonly className = 'PositionEmbedding';
  private embedding?: tf.LayerVariable;

  constructor(args: PositionEmbeddingArgs = {}) {
    super(args, { seed: args.seed ?? 0 });
  }

  protected override addWeights([, height, width, channels]: tf.Shape): void {
    const shape = [1, (height as number) * (width as number), channels];
    this.embedding = this.trained('embedding', shape, (name) =>
      normalValues(0.02, deriveSeed(this.args.seed, name)),
    );
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor4D>(inputs);
    return tf.tidy(() => tf.add(x, tf.reshape(this.embedding!.read(), [1, ...x.shape.slice(1)])));
  }
}

for (const layer of [LayerNorm, PositionwiseLinear, Gelu, PositionEmbedding]) {
  tf.serialization.registerClass(layer);
}
