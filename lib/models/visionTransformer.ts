// The encoder of a small vision transformer: maps in, maps out, as the convolutional encoders.
import * as tf from '@tensorflow/tfjs';
import { Conv2d } from '../layers/conv2d';
import { SelfAttention } from '../layers/selfAttention';
import { Gelu, LayerNorm, PositionEmbedding, PositionwiseLinear } from '../layers/transformer';
import { deriveSeed } from '../random';
import { attach, type BlockContext } from './blocks';
import { integer, readOptions } from './options';

export interface VisionTransformerOptions {
  /** Rows and columns of a patch; the image's sides are multiples of it. Default 16. */
  patchSize?: number;
  /** Channels of a token. Default 64. */
  width?: number;
  /** Default 4. */
  blocks?: number;
  /** Of the attention; the width is a multiple of it. Default 4. */
  heads?: number;
  /** Channels within the blocks' perceptrons. Default 128. */
  hidden?: number;
}

const DEFAULTS: Required<VisionTransformerOptions> = {
  patchSize: 16,
  width: 64,
  blocks: 4,
  heads: 4,
  hidden: 128,
};
const CHECKS = {
  patchSize: integer(1, 1024),
  width: integer(1, 65536),
  blocks: integer(0, 1000),
  heads: integer(1, 1024),
  hidden: integer(1, 65536),
};

/** Patch embedding, learned position embedding, pre-norm transformer blocks, a last layer norm; no class token: x `[N, H, W, C]` to the map
 *  `[N, H / patchSize, W / patchSize, width]`.
 *
 *  Layer names: `patch_embed`, `position`, then those of `torch.nn.TransformerEncoder` under `encoder`. Without dropout. Throws on unknown options, on
 *  sides that are no multiples of the patch, and on a width that is none of the heads. Source: Dosovitskiy et al. 2021. */
export function visionTransformer(
  x: tf.SymbolicTensor,
  given: VisionTransformerOptions,
  context: BlockContext,
): tf.SymbolicTensor {
  const options = readOptions('the vision transformer', { ...given }, DEFAULTS, CHECKS);
  const { patchSize, width, blocks, heads } = options;
  const [, height, columns] = x.shape;
  for (const side of [height, columns]) {
    if (side === null || side % patchSize !== 0) {
      throw new Error(`Images of ${height} x ${columns} cannot be cut into patches of ${patchSize} pixels.`);
    }
  }
  if (width % heads !== 0) throw new Error(`A width of ${width} cannot be divided into ${heads} heads.`);
  const patches = { name: 'patch_embed', filters: width, kernelSize: patchSize, stride: patchSize };
  let y = attach(x, new Conv2d({ ...patches, useBias: true, seed: seedOf(context, patches.name) }));
  y = attach(y, new PositionEmbedding({ name: 'position', seed: seedOf(context, 'position') }));
  for (let i = 0; i < blocks; i++) y = transformerBlock(y, `encoder.layers.${i}.`, options, context);
  return attach(y, new LayerNorm({ name: 'encoder.norm' }));
}

/** `torch.nn.TransformerEncoderLayer` with `norm_first` and exact GELU: `y = x + self_attn(norm1(x))`, then `y + linear2(gelu(linear1(norm2(y))))`;
 *  x `[N, H, W, D]` to the same shape. Layer names as PyTorch's, after `prefix`. */
export function transformerBlock(
  x: tf.SymbolicTensor,
  prefix: string,
  { heads, hidden }: { heads: number; hidden: number },
  context: BlockContext,
): tf.SymbolicTensor {
  const named = (part: string) => ({ name: `${prefix}${part}`, seed: seedOf(context, `${prefix}${part}`) });
  const width = x.shape.at(-1) as number;
  const attended = through(x, [
    new LayerNorm({ name: `${prefix}norm1` }),
    new SelfAttention({ ...named('self_attn'), heads }),
  ]);
  const y = sum([x, attended], `${prefix}add1`);
  const transformed = through(y, [
    new LayerNorm({ name: `${prefix}norm2` }),
    new PositionwiseLinear({ ...named('linear1'), units: hidden }),
    new Gelu({ name: `${prefix}gelu` }),
    new PositionwiseLinear({ ...named('linear2'), units: width }),
  ]);
  return sum([y, transformed], `${prefix}add2`);
}

function seedOf({ seed }: BlockContext, name: string): number {
  return deriveSeed(seed, name);
}

function sum(maps: tf.SymbolicTensor[], name: string): tf.SymbolicTensor {
  return tf.layers.add({ name }).apply(maps) as tf.SymbolicTensor;
}

function through(x: tf.SymbolicTensor, layers: readonly tf.layers.Layer[]): tf.SymbolicTensor {
  return layers.reduce(attach, x);
}
