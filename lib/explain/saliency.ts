// Which pixels a logit depends on. Source: Simonyan et al. 2014.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { requireClasses, requireImages } from './gradCam';

/** The largest over the channels of |d logit / d pixel|: `N x H x W`, one logit an image. In evaluation mode. Leaves no tensors.
 *
 *  images `[N, H, W, 3]`, normalised; `classes` one index of a logit for each. Throws as `gradCam`. */
export async function saliency(
  model: ImageModel,
  images: tf.Tensor4D,
  classes: ArrayLike<number>,
): Promise<Float32Array> {
  requireImages(model, images);
  requireClasses(model, images.shape[0], classes);
  const map = tf.tidy(() => {
    const { network } = model;
    const toLogits = tf.model({ inputs: network.inputs, outputs: network.outputs[0] });
    const outputs = network.outputs[0].shape.at(-1) as number;
    const target = tf.oneHot(tf.tensor1d(Array.from(classes), 'int32'), outputs);
    const gradient = tf.grad((x) => tf.sum(tf.mul(toLogits.apply(x) as tf.Tensor2D, target)))(images);
    return tf.max(tf.abs(gradient), 3);
  });
  const values = (await map.data()) as Float32Array;
  map.dispose();
  return values;
}
