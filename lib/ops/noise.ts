// Normal noise that follows from a seed.
import * as tf from '@tensorflow/tfjs';
import { Random } from '../random';

/** Independent normal values of mean 0 and deviation 1; float32. The caller disposes them. */
export function normalNoise<T extends tf.Tensor>(shape: readonly number[], seed: number): T {
  const random = new Random(seed);
  const values = Float32Array.from({ length: tf.util.sizeFromShape([...shape]) }, () => random.normal());
  return tf.tensor(values, [...shape]) as T;
}

/** `x + weight * noise`: x `[N, H, W, C]`, noise `[N, H, W, 1]`, the same in all channels, weight `[1]`. */
export function injectNoise(x: tf.Tensor4D, noise: tf.Tensor4D, weight: tf.Tensor): tf.Tensor4D {
  return tf.tidy(() => tf.add(x, tf.mul(noise, weight)));
}
