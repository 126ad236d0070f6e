// One time step of the horizontal gated recurrent unit: recurrence within a map, by inhibition and excitation.
import * as tf from '@tensorflow/tfjs';
import { conv2d } from './conv2d';
import { withGradient } from './withGradient';

/** A gate's 1x1 convolution: kernel `[1, 1, C, C]`, bias `[C]`. */
export interface HgruGate {
  readonly kernel: tf.Tensor4D;
  readonly bias: tf.Tensor1D;
}

export interface HgruWeights {
  readonly gate1: HgruGate;
  readonly gate2: HgruGate;
  /** `[k, k, C, C]`, k odd; so is `excitation`. */
  readonly inhibition: tf.Tensor4D;
  readonly excitation: tf.Tensor4D;
  /** `[C]`; so are the following. */
  readonly alpha: tf.Tensor1D;
  readonly gamma: tf.Tensor1D;
  readonly kappa: tf.Tensor1D;
  readonly omega: tf.Tensor1D;
  readonly mu: tf.Tensor1D;
}

/** The four batch norms of a step: of the first gate, of inhibition, of the second gate, of excitation. */
export type HgruNorm = (map: tf.Tensor4D, which: 0 | 1 | 2 | 3) => tf.Tensor4D;

/** The state after one more step: x and state `[N, H, W, C]`, the result likewise. With W1 the inhibition, W2 the excitation:
 *
 *      g1 = sigmoid(norm0(gate1(h)));  c1 = norm1(W1 * (h g1));  s = relu(x - relu(c1 (alpha h + mu)))
 *      g2 = sigmoid(norm2(gate2(s)));  c2 = norm3(W2 * s);       e = relu(kappa s + gamma c2 + omega s c2)
 *      h' = (1 - g2) h + g2 e
 *
 *  Throws, naming the shapes, when x, state and weights do not fit. Source: Linsley et al. 2018, in the form of LocNet's repository. */
export function hgruStep(
  x: tf.Tensor4D,
  state: tf.Tensor4D,
  weights: HgruWeights,
  norm: HgruNorm,
): tf.Tensor4D {
  requireShapes(x, state, weights);
  const padding = (weights.inhibition.shape[0] - 1) / 2;
  const { alpha, gamma, kappa, omega, mu } = weights;
  return tf.tidy(() => {
    const gate1 = tf.sigmoid(norm(convolved(state, weights.gate1), 0));
    const inhibition = norm(conv2d(tf.mul(state, gate1), weights.inhibition, { padding }), 1);
    const drive = tf.add(tf.mul(alpha, state), mu);
    const s = tf.relu(tf.sub(x, tf.relu(tf.mul(inhibition, drive)))) as tf.Tensor4D;
    const gate2 = tf.sigmoid(norm(convolved(s, weights.gate2), 2));
    const excitation = norm(conv2d(s, weights.excitation, { padding }), 3);
    const linear = tf.add(tf.mul(kappa, s), tf.mul(gamma, excitation));
    const candidate = tf.relu(tf.add(linear, tf.mul(omega, tf.mul(s, excitation))));
    return tf.add<tf.Tensor4D>(state, tf.mul(gate2, tf.sub(candidate, state)));
  });
}

/** The kernel `[k, k, C, C]` itself; its gradient g becomes `(g + g^T) / 2`, transposed over the channels, so that a kernel that starts
 *  symmetric stays so and any other moves symmetrically. Throws when in and out differ. */
export function symmetricKernel(kernel: tf.Tensor4D): tf.Tensor4D {
  const [, , inputs, outputs] = kernel.shape;
  if (inputs !== outputs) {
    throw new Error(
      `A symmetric gradient needs as many inputs as outputs, got a kernel [${kernel.shape}] of ${inputs} and ${outputs}.`,
    );
  }
  return withGradient(
    [kernel],
    (values) => ({ y: tf.clone(values), saved: [] }),
    (dy) => [tf.mul(tf.add(dy, tf.transpose(dy, [0, 1, 3, 2])), 0.5)],
  );
}

function convolved(map: tf.Tensor4D, { kernel, bias }: HgruGate): tf.Tensor4D {
  return tf.add(conv2d(map, kernel), bias);
}

function requireShapes(x: tf.Tensor4D, state: tf.Tensor4D, { inhibition, excitation }: HgruWeights): void {
  if (x.shape.join() !== state.shape.join()) {
    throw new Error(`hGRU takes input and state of one shape, got [${x.shape}] and [${state.shape}].`);
  }
  const channels = x.shape[3];
  for (const [name, { shape }] of Object.entries({ inhibition, excitation })) {
    const [rows, columns, inputs, outputs] = shape;
    if (rows !== columns || rows % 2 === 0 || inputs !== channels || outputs !== channels) {
      throw new Error(
        `The ${name} kernel of hGRU over ${channels} channels must be [k, k, ${channels}, ${channels}] with an odd k, got [${shape}].`,
      );
    }
  }
}
