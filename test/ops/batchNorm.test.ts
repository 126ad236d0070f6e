import * as tf from '@tensorflow/tfjs';
import { batchNorm, batchNormEvaluation } from '../../lib/ops/batchNorm';
import { onEngines } from '../onEngines';
import { assertClose, assertGradients, fixture, type ReferenceArray, toTensor } from '../reference';

interface Pass {
  state_before: Record<string, ReferenceArray>;
  inputs: [ReferenceArray];
  y: ReferenceArray;
  upstream: ReferenceArray;
  grad_inputs: [ReferenceArray];
  grad_params: { weight: ReferenceArray; bias: ReferenceArray };
}

const { train, eval_after_train: evaluation } =
  fixture<Record<'train' | 'eval_after_train', Pass>>('topk/batchnorm2d.json');

type Form = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) => tf.Tensor;

function assertPass(pass: Pass, form: Form): void {
  tf.tidy(() => {
    const { weight, bias } = pass.state_before;
    const inputs = [toTensor(pass.inputs[0]), toTensor(weight), toTensor(bias)];
    assertClose(form(inputs[0], inputs[1], inputs[2]), toTensor(pass.y), 'y');
    const [dx, dScale, dOffset] = tf.grads(form as (...args: tf.Tensor[]) => tf.Tensor)(
      inputs,
      toTensor(pass.upstream),
    );
    assertClose(dx, toTensor(pass.grad_inputs[0]), 'dx');
    assertClose(dScale, toTensor(pass.grad_params.weight), 'dscale');
    assertClose(dOffset, toTensor(pass.grad_params.bias), 'doffset');
  });
}

onEngines('batchNorm equals the reference in training', () => {
  assertPass(train, (x, scale, offset) => {
    const { y, mean, variance } = batchNorm(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D);
    tf.dispose([mean, variance]);
    return y;
  });
});

onEngines('batchNormEvaluation equals the reference', () => {
  tf.tidy(() => {
    const mean = toTensor(evaluation.state_before.running_mean) as tf.Tensor1D;
    const variance = toTensor(evaluation.state_before.running_var) as tf.Tensor1D;
    assertPass(evaluation, (x, scale, offset) =>
      batchNormEvaluation(x as tf.Tensor4D, scale as tf.Tensor1D, offset as tf.Tensor1D, { mean, variance }),
    );
  });
});

onEngines('batchNorm returns the mean and the biased variance, also far from zero', () => {
  tf.tidy(() => {
    const x = tf.add(tf.randomNormal<tf.Rank.R4>([3, 4, 5, 2], 0, 1, 'float32', 2), 100) as tf.Tensor4D;
    const { mean, variance } = batchNorm(x, tf.ones([2]), tf.zeros([2]));
    const moments = tf.moments(x, [0, 1, 2]);
    assertClose(mean, moments.mean, 'mean');
    assertClose(variance, moments.variance, 'variance', 1e-4);
  });
});

onEngines('batchNorm gradient equals finite differences', () => {
  tf.tidy(() => {
    const x = tf.randomNormal([2, 2, 3, 2], 0, 1, 'float32', 5);
    const [scale, offset] = [tf.tensor1d([0.7, -1.2]), tf.tensor1d([0.1, 0.4])];
    const y = (input: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor) =>
      batchNorm(input as tf.Tensor4D, gain as tf.Tensor1D, shift as tf.Tensor1D).y;
    assertGradients(y as (...inputs: tf.Tensor[]) => tf.Tensor, [x, scale, offset]);
  });
});

onEngines('batchNorm leaves nothing but its results', () => {
  const [x, scale, offset] = [tf.randomNormal<tf.Rank.R4>([2, 3, 3, 2]), tf.ones([2]), tf.zeros([2])];
  const { y, mean, variance } = batchNorm(x, scale as tf.Tensor1D, offset as tf.Tensor1D);
  tf.dispose([y, mean, variance]);
  const statistics = { mean: offset as tf.Tensor1D, variance: scale as tf.Tensor1D };
  batchNormEvaluation(x, scale as tf.Tensor1D, offset as tf.Tensor1D, statistics).dispose();
  tf.dispose([x, scale, offset]);
});
