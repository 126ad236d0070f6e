// Fully connected layer.
import * as tf from '@tensorflow/tfjs';
import { linear } from '../ops/linear';
import { fanInUniform } from './initializers';
import {
  ConfiguredLayer,
  type Kwargs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
} from './layer';

export interface LinearArgs {
  name?: string;
  /** Outputs. */
  units: number;
  /** Of the initial weights. Default 0. */
  seed?: number;
}

/** `torch.nn.Linear`: `[N, in]` to `[N, units]`; weights `weight` `[in, units]` and `bias` `[units]`. */
export class Linear extends ConfiguredLayer<Required<Omit<LinearArgs, 'name'>>> {
  static readonly className: string = 'Linear';
  protected weight?: tf.LayerVariable;
  protected bias?: tf.LayerVariable;

  constructor(args: LinearArgs) {
    const { units, seed = 0 } = args;
    super(args, { units, seed });
  }

  protected override addWeights(inputShape: tf.Shape): void {
    const fanIn = inputShape.at(-1) as number;
    const { units, seed } = this.args;
    const uniform = fanInUniform(fanIn, seed);
    this.weight = this.trained('weight', [fanIn, units], uniform);
    this.bias = this.trained('bias', [units], uniform);
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const [weight, bias] = [this.weight!.read() as tf.Tensor2D, this.bias!.read() as tf.Tensor1D];
    return linear(singleInput(inputs), weight, bias);
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    return [singleShape(inputShape)[0], this.args.units];
  }
}

tf.serialization.registerClass(Linear);
