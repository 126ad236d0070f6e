// Leaky rectifier layer.
import * as tf from '@tensorflow/tfjs';
import { leakyRelu } from '../ops/leakyRelu';
import { ConfiguredLayer, type Kwargs, type LayerInputs, singleInput } from './layer';

export interface LeakyReluArgs {
  name?: string;
  /** Of the negative side, between 0 and 1. Default 0.01. */
  slope?: number;
}

/** The op `leakyRelu` as a layer: any shape to the same, no weights. */
export class LeakyRelu extends ConfiguredLayer<Required<Omit<LeakyReluArgs, 'name'>>> {
  static readonly className = 'LeakyRelu';

  constructor(args: LeakyReluArgs = {}) {
    super(args, { slope: args.slope ?? 0.01 });
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    return leakyRelu(singleInput(inputs), this.args.slope);
  }
}

tf.serialization.registerClass(LeakyRelu);
