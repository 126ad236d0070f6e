// Which pixels a logit depends on. Source: Simonyan et al. 2014.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { networkToLogits, requireQuestions, sumOfLogits } from './logits';

/** The largest over the channels of |d logit / d pixel|: `N x H x W`, one logit an image. In evaluation mode. Leaves no tensors.
 *
 *  images `[N, H, W, 3]`, normalised; `classes` one index of a logit for each. Throws as `gradCam`. */
export async function saliency(
  model: ImageModel,
  images: tf.Tensor4D,
  classes: ArrayLike<number>,
): Promise<Float32Array> {
  requireQuestions(model, images, classes);
  const map = tf.tidy(() => {
    const toLogits = networkToLogits(model);
    const gradient = tf.grad((x) => sumOfLogits(toLogits.apply(x) as tf.Tensor2D, classes))(images);
    return tf.max(tf.abs(gradient), 3);
  });
  const values = (await map.data()) as Float32Array;
  map.dispose();
  return values;
}
