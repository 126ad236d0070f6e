// Grad-CAM: where in an image a layer found what speaks for a class. Source: Selvaraju et al. 2017.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { resizeBilinear } from '../ops/resizeBilinear';
import { unknownName } from '../suggest';
import { networkToLogits, requireQuestions, sumOfLogits } from './logits';

export interface GradCamOptions {
  /** Name of a layer of `model.network` whose output is a map `[N, h, w, C]`. */
  layer: string;
  /** The class that is asked about, for each image: index of a logit. */
  classes: ArrayLike<number>;
}

/** Maps of a batch, image by image. */
export interface CamMaps {
  readonly height: number;
  readonly width: number;
  /** `N x height x width`, in 0..1: the largest of an image is 1, the smallest 0; a constant map is all 0. */
  readonly values: Float32Array;
}

/** `relu(sum over k of w_k A_k)`, where A is the layer's output and w_k the mean over its positions of d logit / d A_k; scaled to 0..1 image by
 *  image. In evaluation mode; the softmax has no part in it.
 *
 *  images `[N, H, W, 3]`, normalised. All that follows the layer counts, on every branch. Leaves no tensors. Throws on an unknown layer (naming
 *  the nearest), on a layer without maps or beside the way to the logits, on no images or some of another size, on classes that the network does
 *  not have, and when what the layer says is not a number. */
export async function gradCam(
  model: ImageModel,
  images: tf.Tensor4D,
  { layer: name, classes }: GradCamOptions,
): Promise<CamMaps> {
  const layer = mapLayer(model, name);
  requireQuestions(model, images, classes);
  const [evidence, cam] = tf.tidy(() => {
    const { activation, gradient } = activationAndGradient(model, images, layer, classes);
    const weights = tf.mean(gradient, [1, 2], true);
    const sum = tf.sum(tf.mul(weights, activation), 3);
    activation.dispose();
    return [sum, unitRange(tf.relu(sum) as tf.Tensor3D)];
  });
  const [, height, width] = cam.shape;
  const [sums, values] = await Promise.all([evidence.data(), cam.data()]);
  tf.dispose([evidence, cam]);
  // On some engines the rectifier makes 0 of what is not a number.
  if (!sums.every(Number.isFinite)) {
    throw new Error(
      `Layer "${name}" gives no finite map: the network's weights or the images are not finite, or too large.`,
    );
  }
  return { height, width, values: values as Float32Array };
}

/** Maps at the size of the image: bilinear, half-pixel centres, then scaled to 0..1 again. Leaves no tensors. */
export async function enlargeMaps(maps: CamMaps, height: number, width: number): Promise<CamMaps> {
  const images = maps.values.length / (maps.height * maps.width);
  const enlarged = tf.tidy(() => {
    const small = tf.tensor4d(maps.values, [images, maps.height, maps.width, 1]);
    return unitRange(tf.squeeze(resizeBilinear(small, [height, width]), [3]) as tf.Tensor3D);
  });
  const values = (await enlarged.data()) as Float32Array;
  enlarged.dispose();
  return { height, width, values };
}

/** Keeps the quotient of a constant map finite; pytorch-grad-cam's. */
const TINY = 1e-7;

function unitRange(maps: tf.Tensor3D): tf.Tensor3D {
  const above = tf.sub(maps, tf.min(maps, [1, 2], true));
  return tf.div(above, tf.add(tf.max(above, [1, 2], true), TINY));
}

/** A layer's output, which is kept and must be disposed, and the gradient of each image's logit in it: that in a term which is added to
 *  the output and is zero. */
function activationAndGradient(
  model: ImageModel,
  images: tf.Tensor4D,
  layer: tf.layers.Layer,
  classes: ArrayLike<number>,
): { activation: tf.Tensor4D; gradient: tf.Tensor4D } {
  const toLogits = networkToLogits(model);
  const shape = (layer.outputShape as number[]).map((side, axis) => (axis === 0 ? images.shape[0] : side));
  const call = layer.call.bind(layer);
  let activation: tf.Tensor4D | undefined;
  layer.call = (inputs, kwargs) => {
    // The network frees what no other layer needs any more.
    activation = tf.keep(call(inputs, kwargs) as tf.Tensor4D);
    return tf.add(activation, addend);
  };
  let addend: tf.Tensor = tf.zeros(shape);
  try {
    const gradient = tf.grad((term) => {
      addend = term;
      return sumOfLogits(toLogits.apply(images, { training: false }) as tf.Tensor2D, classes);
    })(addend) as tf.Tensor4D;
    return { activation: activation as tf.Tensor4D, gradient };
  } catch (error) {
    activation?.dispose();
    throw error;
  } finally {
    layer.call = call;
  }
}

function mapLayer(model: ImageModel, name: string): tf.layers.Layer {
  const { layers } = model.network;
  const names = layers.map((layer) => layer.name);
  const layer = layers.find((each) => each.name === name);
  if (layer === undefined) throw unknownName('layer', name, names);
  if ((layer.outputShape as tf.Shape).length !== 4) {
    throw new Error(`Layer "${name}" gives [${layer.outputShape}], no map: choose one before the pooling.`);
  }
  if (!networkToLogits(model).layers.includes(layer)) {
    throw new Error(`Layer "${name}" does not lead to the logits: choose one of the encoder.`);
  }
  return layer;
}
