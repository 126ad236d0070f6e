// Scaled dot-product attention, with several heads.
import * as tf from '@tensorflow/tfjs';
import { withGradient } from './withGradient';

/** What every query takes from the values: `softmax(query key^T / sqrt(d)) value`, in each head for itself.
 *
 *  query `[N, T, D]`, key and value `[N, S, D]`, y `[N, T, D]`; head i has the channels `i d` to `(i + 1) d - 1`, `d = D / heads`. Throws,
 *  naming the shapes, when they do not fit or D is no multiple of the heads. Source: Vaswani et al. 2017;
 *  `torch.nn.MultiheadAttention` between its projections. */
export function multiHeadAttention(
  query: tf.Tensor3D,
  key: tf.Tensor3D,
  value: tf.Tensor3D,
  heads: number,
): tf.Tensor3D {
  requireShapes(query, key, value, heads);
  return tf.tidy(() => {
    const [q, k, v] = [query, key, value].map((tokens) => splitHeads(tokens, heads));
    return tf.reshape(tf.transpose(attention(q, k, v), [0, 2, 1, 3]), query.shape);
  });
}

/** `[N, T, D]` to `[N, heads, T, D / heads]`. */
function splitHeads(tokens: tf.Tensor3D, heads: number): tf.Tensor4D {
  const [images, count, width] = tokens.shape;
  return tf.transpose(tf.reshape(tokens, [images, count, heads, width / heads]), [0, 2, 1, 3]);
}

/** All `[N, heads, tokens, d]`. With P the softmax of the scores and dP = dy v^T:
 *  `dv = P^T dy`, `dScores = P (dP - sum(dP P))`, `dq = dScores k / sqrt(d)`, `dk = dScores^T q / sqrt(d)`. */
function attention(query: tf.Tensor4D, key: tf.Tensor4D, value: tf.Tensor4D): tf.Tensor4D {
  const scale = 1 / Math.sqrt(query.shape[3]);
  return withGradient(
    [query, key, value],
    (q, k, v) => {
      const shares = tf.softmax(tf.mul(tf.matMul(q, k, false, true), scale));
      return { y: tf.matMul(shares, v) as tf.Tensor4D, saved: [q, k, v, shares] };
    },
    (dy, [q, k, v, shares]) => {
      const dShares = tf.matMul(dy as tf.Tensor, v, false, true);
      const centred = tf.sub(dShares, tf.sum(tf.mul(dShares, shares), -1, true));
      const dScores = tf.mul(tf.mul(shares, centred), scale);
      return [tf.matMul(dScores, k), tf.matMul(dScores, q, true), tf.matMul(shares, dy as tf.Tensor, true)];
    },
  );
}

function requireShapes(query: tf.Tensor3D, key: tf.Tensor3D, value: tf.Tensor3D, heads: number): void {
  const [images, , width] = query.shape;
  const fits = key.shape.join() === value.shape.join() && key.shape[0] === images && key.shape[2] === width;
  if (query.rank !== 3 || !fits) {
    throw new Error(
      `Attention takes query [N, T, D] and key and value [N, S, D], got [${query.shape}], [${key.shape}] and [${value.shape}].`,
    );
  }
  if (!Number.isInteger(heads) || heads < 1 || width % heads !== 0) {
    throw new Error(`Attention over ${width} channels cannot be divided into ${heads} heads.`);
  }
}
