// Top-K activation layers.
import * as tf from '@tensorflow/tfjs';
import { type Selection, type TopKOptions, topK } from '../ops/topK';
import { type TopKMeanOptions, topKMean } from '../ops/topKMean';
import { ConfiguredLayer, type Kwargs, type LayerInputs, singleInput } from './layer';

export interface TopKArgs extends TopKOptions {
  name?: string;
}

/** The op `topK` as a layer: `[N, H, W, C]` to the same shape, no weights; k follows the size of the map. */
export class TopK extends ConfiguredLayer<TopKOptions> {
  static readonly className = 'TopK';

  constructor(args: TopKArgs) {
    super(args, { ...selectionOf(args), reverse: args.reverse ?? false });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return topK(singleInput(inputs), this.args);
  }
}

export interface TopKMeanArgs extends TopKMeanOptions {
  name?: string;
}

/** The op `topKMean` as a layer: `[N, H, W, C]` to the same shape, no weights. */
export class TopKMean extends ConfiguredLayer<TopKMeanOptions> {
  static readonly className = 'TopKMean';

  constructor(args: TopKMeanArgs) {
    super(args, { ...selectionOf(args), form: args.form });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return topKMean(singleInput(inputs), this.args);
  }
}

/** Only what was given: JSON would turn a count that is undefined into null, and null is no count. */
function selectionOf({ fraction, count }: Selection): Selection {
  return { ...(fraction !== undefined && { fraction }), ...(count !== undefined && { count }) };
}

tf.serialization.registerClass(TopK);
tf.serialization.registerClass(TopKMean);
