// Batch normalisation layer with running statistics.
import * as tf from '@tensorflow/tfjs';
import { batchNorm, batchNormEvaluation } from '../ops/batchNorm';
import { movingAverage } from '../ops/movingAverage';
import { ConfiguredLayer, type Kwargs, type LayerInputs, singleInput } from './layer';

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
 *  Called with `training: true` it normalises by the batch (biased variance) and moves the running statistics:
 *  `running = (1 - momentum) * running + momentum * batch`, with the unbiased variance. Otherwise it uses the running ones. */
export class BatchNorm2d extends ConfiguredLayer<Required<Omit<BatchNorm2dArgs, 'name'>>> {
  static readonly className = 'BatchNorm2d';
  private scale?: tf.LayerVariable;
  private offset?: tf.LayerVariable;
  private runningMean?: tf.LayerVariable;
  private runningVariance?: tf.LayerVariable;

  constructor(args: BatchNorm2dArgs = {}) {
    const { epsilon = 1e-5, momentum = 0.1, frozen = false } = args;
    super(args, { epsilon, momentum, frozen });
  }

  protected override addWeights(inputShape: tf.Shape): void {
    const shape = [inputShape[3]];
    const [ones, zeros] = [() => tf.initializers.ones(), () => tf.initializers.zeros()];
    this.scale = this.trained('weight', shape, ones);
    this.offset = this.trained('bias', shape, zeros);
    this.runningMean = this.buffer('running_mean', shape, zeros);
    this.runningVariance = this.buffer('running_var', shape, ones);
  }

  override call(inputs: LayerInputs, { training = false }: Kwargs): tf.Tensor {
    const x = singleInput<tf.Tensor4D>(inputs);
    return tf.tidy(() => (training && !this.args.frozen ? this.byBatch(x) : this.byRunning(x)));
  }

  private byBatch(x: tf.Tensor4D): tf.Tensor {
    const [scale, offset] = this.affine();
    const count = x.size / scale.size;
    if (count < 2) {
      throw new Error(
        `Batch norm ${this.name} cannot train on shape [${x.shape}]: one value a channel has no variance. Use larger batches or images.`,
      );
    }
    const { y, mean, variance } = batchNorm(x, scale, offset, this.args);
    this.track(this.runningMean!, mean);
    this.track(this.runningVariance!, variance, count / (count - 1));
    return y;
  }

  private byRunning(x: tf.Tensor4D): tf.Tensor {
    const mean = this.runningMean!.read() as tf.Tensor1D;
    const variance = this.runningVariance!.read() as tf.Tensor1D;
    return batchNormEvaluation(x, ...this.affine(), { mean, variance }, this.args);
  }

  private affine(): [scale: tf.Tensor1D, offset: tf.Tensor1D] {
    return [this.scale!.read() as tf.Tensor1D, this.offset!.read() as tf.Tensor1D];
  }

  private track(running: tf.LayerVariable, batch: tf.Tensor, factor?: number): void {
    running.write(movingAverage(running.read(), batch, { share: this.args.momentum, factor }));
  }
}

tf.serialization.registerClass(BatchNorm2d);
