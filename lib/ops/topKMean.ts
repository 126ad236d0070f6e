// Top-K with mean replacement: what passes is replaced by its mean.
import * as tf from '@tensorflow/tfjs';
import { unknownName } from '../suggest';
import { largestMask, type Selection, selectedCount, topKMask } from './topK';
import { withGradient } from './withGradient';

/** Which of the two published implementations: the reproduction's (ResNet) or the authors' (FastGAN). */
export type TopKMeanForm = 'reproduction' | 'authors';

export const TOP_K_MEAN_FORMS: readonly TopKMeanForm[] = ['reproduction', 'authors'];

export interface TopKMeanOptions extends Selection {
  form: TopKMeanForm;
}

/** Replaces the k selected positions of every image and channel by their mean `mu = (sum of selected x) / k`; the rest is 0.
 *
 *  x `[N, H, W, C]`, y likewise; ties go to the lowest index. The selection counts as a constant. With `S` the sum of dy over
 *  the positions written to:
 *  - `reproduction` selects by `|x|` and writes to selected entries that are not zero; `dx = mask * (S / k + [x = 0] * dy)`;
 *  - `authors` selects by signed x and writes to all k selected entries; `dx = mask * S / k`.
 *
 *  They agree where all selected values are positive. Throws as `topK`. Source: the report's Mean Replacement; Li et al. 2023. */
export function topKMean(x: tf.Tensor4D, options: TopKMeanOptions): tf.Tensor4D {
  const { form } = options;
  if (!TOP_K_MEAN_FORMS.includes(form)) throw unknownName('Top-K mean form', form, TOP_K_MEAN_FORMS);
  const k = selectedCount(x, options);
  return withGradient(
    [x],
    (input) => {
      const selected = form === 'authors' ? largestMask(input, k) : topKMask(input, { count: k });
      const written = form === 'authors' ? selected : tf.mul(selected, isNotZero(input));
      const mean = tf.div(sumOfMap(tf.mul(selected, input)), k);
      return { y: tf.mul<tf.Tensor4D>(written, mean), saved: [selected, written] };
    },
    (dy, saved) => [gradient(dy, saved, k)],
  );
}

/** Selected positions share the gradient of the mean; selected but unwritten ones (zeros) also pass their own. */
function gradient(dy: tf.Tensor, saved: tf.Tensor[], k: number): tf.Tensor {
  const [selected, written] = saved;
  const shared = tf.mul(selected, tf.div(sumOfMap(tf.mul(written, dy)), k));
  return tf.add(shared, tf.mul(tf.sub(selected, written), dy));
}

function sumOfMap(x: tf.Tensor): tf.Tensor {
  return tf.sum(x, [1, 2], true);
}

function isNotZero(x: tf.Tensor): tf.Tensor {
  return tf.cast(tf.notEqual(x, 0), 'float32');
}
