// Top-K on a centre-surround response: section 2 of notebook 20, at any K.
import * as tf from '@tensorflow/tfjs';
import { imageTensor } from '../../../data/imageTensor';
import { useEngine } from '../../../engine/engine';
import { selectedCount, topK } from '../../../ops/topK';
import { reliefPictures } from './relief';
import type { ReliefRequest } from './reliefRequest';

export interface TopKRequest {
  readonly picture: Omit<ReliefRequest, 'count'>;
  /** Share of the positions that pass, in (0, 1]. */
  readonly fraction: number;
  /** What does not pass in place of what passes. */
  readonly reverse: boolean;
}

/** Maps of `size x size` values, row by row. */
export interface SparseResponse {
  readonly engine: string;
  readonly size: number;
  /** `size x size x 3` bytes: what the response answers to. */
  readonly picture: Uint8Array;
  readonly response: Float32Array;
  readonly kept: Float32Array;
  readonly k: number;
}

/** Side of the neighbourhood whose mean is subtracted. */
const SURROUND = 7;

/** The response of every position minus the mean of its neighbourhood, and what Top-K leaves of it. Throws as `topK` and `reliefPictures`. */
export async function sparseResponse({ picture, fraction, reverse }: TopKRequest): Promise<SparseResponse> {
  const { name: engine } = await useEngine({ quiet: true });
  const [{ picture: image }] = await reliefPictures({ ...picture, count: 1 });
  const [response, kept] = tf.tidy((): tf.Tensor4D[] => {
    const pixels = tf.mean(imageTensor([image]), 3, true) as tf.Tensor4D;
    const centreSurround = tf.sub(pixels, tf.avgPool(pixels, SURROUND, 1, 'same')) as tf.Tensor4D;
    return [centreSurround, topK(centreSurround, { fraction, reverse })];
  });
  const k = selectedCount(response, { fraction });
  const values = {
    response: (await response.data()) as Float32Array,
    kept: (await kept.data()) as Float32Array,
  };
  tf.dispose([response, kept]);
  return { engine, size: picture.size, picture: image.data, ...values, k };
}
