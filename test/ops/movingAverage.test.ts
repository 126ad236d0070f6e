import assert from 'node:assert/strict';
import * as tf from '@tensorflow/tfjs';
import { movingAverage } from '../../lib/ops/movingAverage';
import { Random } from '../../lib/random';
import { onEngines } from '../onEngines';

const random = new Random(12);

for (const size of [1, 5, 64]) {
  for (const factor of [undefined, 32 / 31]) {
    onEngines(
      `movingAverage equals the formula in single precision, [${size}], factor ${factor}`,
      async () => {
        const [r, b] = [0, 1].map(() => Float32Array.from({ length: size }, () => random.normal()));
        const [running, batch] = [tf.tensor1d(r), tf.tensor1d(b)];
        const updated = movingAverage(running, batch, { share: 0.1, factor });
        const [kept, share, times] = [0.9, 0.1, factor ?? 1].map(Math.fround);
        // Rounded after every operation, as the composed form does: training is the same to the last bit with either.
        const f = Math.fround;
        const expected = r.map((value, i) => f(f(value * kept) + f(f(b[i] * times) * share)));
        const got = await updated.data<'float32'>();
        if (['wasm', 'tensorflow'].includes(tf.getBackend())) assert.deepEqual(got, expected);
        got.forEach((value, i) => {
          assert.ok(Math.abs(value - expected[i]) <= 3e-7 * Math.max(1, Math.abs(expected[i])));
        });
        assert.deepEqual(
          [...(await running.data()), ...(await batch.data())],
          [...r, ...b],
          'inputs are left alone',
        );
        tf.dispose([running, batch, updated]);
      },
    );
  }
}
