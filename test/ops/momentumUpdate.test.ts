import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { momentumUpdate } from '../../lib/ops/momentumUpdate';
import { Random } from '../../lib/random';
import { onEngines } from '../onEngines';

const random = new Random(11);
const values = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());

for (const shape of [[1], [3], [5, 7], [3, 3, 2, 8]]) {
  onEngines(`momentumUpdate equals the formula in single precision, [${shape}]`, async () => {
    const size = shape.reduce((product, length) => product * length, 1);
    const [w, g, v] = [values(size), values(size), values(size)];
    const [rate, momentum, decay] = [0.03, 0.9, 5e-4].map(Math.fround);
    const inputs = [w, g, v].map((numbers) => tf.tensor(numbers, shape));
    const updated = momentumUpdate(inputs[0], inputs[1], inputs[2], {
      learningRate: 0.03,
      momentum: 0.9,
      weightDecay: 5e-4,
    });
    // Rounded after every operation, as the composed form does: training is the same to the last bit with either.
    const f = Math.fround;
    const velocity = v.map((value, i) => f(f(value * momentum) + f(g[i] + f(w[i] * decay))));
    const weight = w.map((value, i) => f(value - f(velocity[i] * rate)));
    const close = (actual: Float32Array, expected: Float32Array): void =>
      actual.forEach((value, i) => {
        assert.ok(Math.abs(value - expected[i]) <= 3e-7 * Math.max(1, Math.abs(expected[i])));
      });
    const got = [await updated.weight.data<'float32'>(), await updated.velocity.data<'float32'>()];
    if (['wasm', 'tensorflow'].includes(tf.getBackend())) assert.deepEqual(got, [weight, velocity]);
    close(got[0], weight);
    close(got[1], velocity);
    assert.deepEqual(updated.weight.shape, shape);
    tf.dispose([inputs, updated.weight, updated.velocity]);
  });
}

onEngines('momentumUpdate leaves its inputs as they are, and without decay the gradient too', async () => {
  const [w, g, v] = [tf.tensor1d([1, 2]), tf.tensor1d([0.5, -0.5]), tf.tensor1d([1, 1])];
  const updated = momentumUpdate(w, g, v, { learningRate: 1, momentum: 0.5, weightDecay: 0 });
  assert.deepEqual([...(await updated.velocity.data())], [1, 0]);
  assert.deepEqual([...(await updated.weight.data())], [0, 2]);
  assert.deepEqual([...(await w.data()), ...(await g.data()), ...(await v.data())], [1, 2, 0.5, -0.5, 1, 1]);
  tf.dispose([w, g, v, updated.weight, updated.velocity]);
});
