// Top-K activation layers.
import * as tf from '@tensorflow/tfjs';
import { type Selection, type TopKOptions, topK } from '../ops/topK';
import { type TopKMeanOptions, topKMean } from '../ops/topKMean';
import { type Kwargs, type LayerArgs, type LayerInputs, type LayerShape, singleInput } from './layer';

export interface TopKArgs extends TopKOptions {
  name?: string;
}

/** The op `topK` as a layer: `[N, H, W, C]` to the same shape, no weights; k follows the size of the map. */
export class TopK extends tf.layers.Layer {
  static readonly className = 'TopK';
  private readonly options: TopKOptions;

  constructor(args: TopKArgs) {
    super(args as LayerArgs);
    this.options = { ...selectionOf(args), reverse: args.reverse ?? false };
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return topK(singleInput(inputs), this.options);
  }

  override computeOutputShape(inputShape: LayerShape): LayerShape {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...(this.options as unknown as tf.serialization.ConfigDict) };
  }
}

export interface TopKMeanArgs extends TopKMeanOptions {
  name?: string;
}

/** The op `topKMean` as a layer: `[N, H, W, C]` to the same shape, no weights. */
export class TopKMean extends tf.layers.Layer {
  static readonly className = 'TopKMean';
  private readonly options: TopKMeanOptions;

  constructor(args: TopKMeanArgs) {
    super(args as LayerArgs);
    this.options = { ...selectionOf(args), form: args.form };
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return topKMean(singleInput(inputs), this.options);
  }

  override computeOutputShape(inputShape: LayerShape): LayerShape {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...(this.options as unknown as tf.serialization.ConfigDict) };
  }
}

/** Only what was given: JSON would turn a count that is undefined into null, and null is no count. */
function selectionOf({ fraction, count }: Selection): Selection {
  return { ...(fraction !== undefined && { fraction }), ...(count !== undefined && { count }) };
}

tf.serialization.registerClass(TopK);
tf.serialization.registerClass(TopKMean);
