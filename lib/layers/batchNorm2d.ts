// Batch normalisation layer with running statistics.
import * as tf from '@tensorflow/tfjs';
import { batchNorm, batchNormEvaluation } from '../ops/batchNorm';
import { movingAverage } from '../ops/movingAverage';
import {
  type Kwargs,
  type LayerArgs,
  type LayerInputs,
  type LayerShape,
  singleInput,
  singleShape,
} from './layer';

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
export class BatchNorm2d extends tf.layers.Layer {
  static readonly className = 'BatchNorm2d';
  private readonly args: Required<Omit<BatchNorm2dArgs, 'name'>>;
  private scale?: tf.LayerVariable;
  private offset?: tf.LayerVariable;
  private runningMean?: tf.LayerVariable;
  private runningVariance?: tf.LayerVariable;

  constructor(args: BatchNorm2dArgs = {}) {
    super(args as LayerArgs);
    const { epsilon = 1e-5, momentum = 0.1, frozen = false } = args;
    this.args = { epsilon, momentum, frozen };
  }

  override build(inputShape: LayerShape): void {
    const shape = [singleShape(inputShape)[3] as number];
    const [ones, zeros] = [tf.initializers.ones(), tf.initializers.zeros()];
    this.scale = this.addWeight('weight', shape, 'float32', ones);
    this.offset = this.addWeight('bias', shape, 'float32', zeros);
    this.runningMean = this.addWeight('running_mean', shape, 'float32', zeros, undefined, false);
    this.runningVariance = this.addWeight('running_var', shape, 'float32', ones, undefined, false);
    super.build(inputShape);
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

  override computeOutputShape(inputShape: LayerShape): LayerShape {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), ...this.args };
  }
}

tf.serialization.registerClass(BatchNorm2d);
