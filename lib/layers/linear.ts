// Fully connected layer.
import * as tf from '@tensorflow/tfjs';
import { linear } from '../ops/linear';
import { deriveSeed } from '../random';
import { FanInUniform } from './fanInUniform';
import {
  type Kwargs,
  type LayerArgs,
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
export class Linear extends tf.layers.Layer {
  static readonly className = 'Linear';
  private readonly args: Required<Omit<LinearArgs, 'name'>>;
  private weight?: tf.LayerVariable;
  private bias?: tf.LayerVariable;

  constructor(args: LinearArgs) {
    super(args as LayerArgs);
    const { units, seed = 0 } = args;
    this.args = { units, seed };
  }

  override build(inputShape: LayerShape): void {
    const fanIn = singleShape(inputShape)[1] as number;
    const { units, seed } = this.args;
    const uniform = (name: string) => new FanInUniform({ fanIn, seed: deriveSeed(seed, name) });
    this.weight = this.addWeight('weight', [fanIn, units], 'float32', uniform('weight'));
    this.bias = this.addWeight('bias', [units], 'float32', uniform('bias'));
    super.build(inputShape);
  }

  override call(inputs: LayerInputs, _kwargs: Kwargs): tf.Tensor {
    const [weight, bias] = [this.weight!.read() as tf.Tensor2D, this.bias!.read() as tf.Tensor1D];
    return linear(singleInput(inputs), weight, bias);
  }

  override computeOutputShape(inputShape: LayerShape): tf.Shape {
    return [singleShape(inputShape)[0], this.args.units];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.args };
  }
}

tf.serialization.registerClass(Linear);
