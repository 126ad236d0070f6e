// A network of a few hundred weights with running statistics, for tests of the loop. Workers load this module too.
import { isMainThread } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs';
import type { ImageModel, ModelSpec, NamedWeight } from '../../lib/models/model';
import { deriveSeed, Random } from '../../lib/random';

export interface TinySpec extends ModelSpec {
  architecture: 'tiny';
  inputSize: number;
  classes: number;
  /** Centre the features by the batch's mean: couples the images of a batch, as batch norm does. */
  centre: boolean;
  /** Workers die at their n-th forward pass. */
  workerDiesAt: number | null;
}

export function tinySpec(options: Partial<TinySpec> = {}): TinySpec {
  return { architecture: 'tiny', inputSize: 8, classes: 3, centre: true, workerDiesAt: null, ...options };
}

/** relu(flatten(images) W1 - mean) W2 + b. */
export function buildModel(spec: ModelSpec, seed: number): ImageModel {
  const { inputSize, classes, centre, workerDiesAt } = spec as TinySpec;
  const inputs = inputSize * inputSize * 3;
  const weight = (name: string, shape: number[], spread: number): NamedWeight => {
    const random = new Random(deriveSeed(seed, name));
    const values = Float32Array.from(
      { length: tf.util.sizeFromShape(shape) },
      () => spread * random.normal(),
    );
    return { name, variable: tf.tidy(() => tf.variable(tf.tensor(values, shape))) };
  };
  const hidden = weight('hidden.weight', [inputs, 6], 0.1);
  const out = weight('out.weight', [6, classes], 0.5);
  const bias = weight('out.bias', [classes], 0);
  const mean: NamedWeight = {
    name: 'norm.running_mean',
    variable: tf.tidy(() => tf.variable(tf.zeros([6]), false)),
  };
  const network = tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: [inputSize, inputSize, 3] }),
      tf.layers.dense({ units: classes }),
    ],
  });
  let passes = 0;
  return {
    spec,
    origin: { module: 'test/train/tinyModel', builder: 'buildModel' },
    network,
    forward(images, { training = false } = {}) {
      passes++;
      if (workerDiesAt === passes && !isMainThread) {
        throw new Error('out of order');
      }
      return tf.tidy(() => {
        const features = tf.matMul(images.reshape([-1, inputs]), hidden.variable as tf.Variable<tf.Rank.R2>);
        const batchMean = features.mean(0);
        if (training) mean.variable.assign(mean.variable.mul(0.9).add(batchMean.mul(0.1)));
        const centred = centre ? features.sub(training ? batchMean : mean.variable) : features;
        const logits = tf.matMul(centred.relu() as tf.Tensor2D, out.variable as tf.Variable<tf.Rank.R2>);
        return { logits: logits.add(bias.variable) };
      });
    },
    parameters: () => [hidden, out, bias],
    buffers: () => [mean],
    dispose() {
      network.dispose();
      tf.dispose([hidden, out, bias, mean].map(({ variable }) => variable));
    },
  };
}
