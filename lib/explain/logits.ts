// What explanations ask of a network: a logit of each image, without what its other outputs cost.
import * as tf from '@tensorflow/tfjs';
import { requireImages } from '../models/imageModel';
import type { ImageModel } from '../models/model';

/** The part of the network that leads to the logits. Of the same layers: it is not disposed. */
export function networkToLogits({ network }: ImageModel): tf.LayersModel {
  return tf.model({ inputs: network.inputs, outputs: network.outputs[0] });
}

/** The sum over a batch of each image's logit of its class; its gradient is each logit's own. `classes` holds an index for each. Within a tidy. */
export function sumOfLogits(logits: tf.Tensor2D, classes: ArrayLike<number>): tf.Scalar {
  const target = tf.oneHot(tf.tensor1d(Array.from(classes), 'int32'), logits.shape[1]);
  return tf.sum(tf.mul(logits, target));
}

/** Throws unless there are images, of the size that the network takes, and a class that it has for each. */
export function requireQuestions(model: ImageModel, images: tf.Tensor4D, classes: ArrayLike<number>): void {
  requireImages(model.network, images);
  const [count, outputs] = [images.shape[0], model.network.outputs[0].shape.at(-1) as number];
  if (count === 0) throw new Error('There is no image to explain.');
  if (classes.length !== count) {
    throw new Error(`There must be a class for each of the ${count} images, got ${classes.length}.`);
  }
  const wrong = Array.from(classes).find(
    (index) => !(Number.isInteger(index) && index >= 0 && index < outputs),
  );
  if (wrong !== undefined) throw new Error(`The network has the classes 0 to ${outputs - 1}, not ${wrong}.`);
}
