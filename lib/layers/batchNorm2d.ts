// Batch normalisation layer with running statistics.
import * as tf from '@tensorflow/tfjs';
import { ConfiguredLayer, type Kwargs, type LayerInputs, singleInput } from './layer';
import { type NormVariables, runningNorm } from './runningNorm';

export interface BatchNorm2dArgs {
  name?: string;
  /** Default 1e-5. */
  epsilon?: number;
  /** Share of the new batch in the running statistics. Default 0.1. */
  momentum?: number;
  /** Always normalise by the running statistics and leave them alone, in training too; scale and offset still train. Default false. */
  frozen?: boolean;
}

/** `torch.nn.BatchNorm2d` on `[N, H, W, C]`: weights `weight`, `bias`, buffers `running_mean`, `running_var`, all `[C]`.
 *
 *  Called with `training: true` it normalises by the batch and moves the running statistics (`runningNorm`); otherwise it uses the running ones. */
export class BatchNorm2d extends ConfiguredLayer<Required<Omit<BatchNorm2dArgs, 'name'>>> {
  static readonly className = 'BatchNorm2d';
  private variables?: NormVariables;

  constructor(args: BatchNorm2dArgs = {}) {
    const { epsilon = 1e-5, momentum = 0.1, frozen = false } = args;
    super(args, { epsilon, momentum, frozen });
  }

  protected override addWeights(inputShape: tf.Shape): void {
    const shape = [inputShape[3]];
    const [ones, zeros] = [() => tf.initializers.ones(), () => tf.initializers.zeros()];
    this.variables = {
      scale: this.trained('weight', shape, ones),
      offset: this.trained('bias', shape, zeros),
      mean: this.buffer('running_mean', shape, zeros),
      variance: this.buffer('running_var', shape, ones),
    };
  }

  override call(inputs: LayerInputs, { training = false }: Kwargs): tf.Tensor {
    const { epsilon, momentum, frozen } = this.args;
    const options = {
      epsilon,
      momentum,
      training: Boolean(training) && !frozen,
      owner: `Batch norm ${this.name}`,
    };
    return tf.tidy(() => runningNorm(singleInput(inputs), this.variables!, options));
  }
}

tf.serialization.registerClass(BatchNorm2d);
