// What a mask of the strongest activations leaves of a target, and why an image may not reach it.
import * as tf from '@tensorflow/tfjs';
import type { ImageModel } from '../models/model';
import { topKMask } from '../ops/topK';
import { featuresOf, mapsOf } from './features';
import { matchingLoss, type Strength, selected } from './textureLoss';

/** The outputs `[1, H, W, C]` of some layers for an image `size x size x 3`, normalised for the network. The caller disposes them.
 *
 *  Throws on a layer that does not exist, on none, and on an image of another size than the network takes. */
export function activationsAt(
  model: ImageModel,
  layers: readonly string[],
  image: Float32Array,
): tf.Tensor4D[] {
  const [, height, width] = model.network.inputs[0].shape as number[];
  if (image.length !== height * width * 3)
    throw new Error(`The network takes images of ${height} x ${width} x 3, got ${image.length} values.`);
  const features = featuresOf(model, layers);
  return tf.tidy(() => mapsOf(features, tf.tensor4d(image, [1, height, width, 3])));
}

/** Of the strongest activations of a target that are not 0, the share at whose places the image's are not 0 and among its strongest, too: its mean over the layers, in
 *  0..1; null where the target has none. Where an image is masked like its target, gradients reach these places alone. Leaves no tensors. */
export async function sharedStrongest(
  image: readonly tf.Tensor4D[],
  target: readonly tf.Tensor4D[],
  fraction: number,
): Promise<number | null> {
  const counts = tf.tidy(() =>
    target.map((map, layer) => {
      const [own, its] = [strongest(map, fraction), strongest(image[layer], fraction)];
      return tf.stack([tf.sum(own), tf.sum(tf.mul(own, its))]);
    }),
  );
  const read = await Promise.all(counts.map((count) => count.data()));
  tf.dispose(counts);
  const shares = read.filter(([all]) => all > 0).map(([all, shared]) => shared / all);
  return shares.length === 0 ? null : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function strongest(map: tf.Tensor4D, fraction: number): tf.Tensor {
  return tf.mul(topKMask(map, { fraction }), tf.cast(tf.notEqual(map, 0), 'float32'));
}

/** What the target itself costs where it alone is masked, the sum of `matchingLoss` over the layers: 0 would take activations that no image may have. Leaves no tensors. */
export async function lossOfTarget(target: readonly tf.Tensor4D[], strength: Strength): Promise<number> {
  const loss = tf.tidy(() => tf.addN(target.map((map) => matchingLoss(map, selected(map, strength)))));
  const [value] = await loss.data();
  loss.dispose();
  return value;
}
