// Runs a test on each engine that is here and can be read at once.
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../lib/engine/engine';
import { addonState } from '../lib/engine/native/addon';

/** TensorFlow.js's plain backend, which shows that an op needs no kernel of ours; the engine of last resort; and TensorFlow's
 *  library. What webgpu computes is compared in test/engine/agreement.test.ts: it cannot be read at once, as these tests do. */
const ENGINES = ['cpu', 'wasm', 'native'] as const;

/** One test for each engine; it fails when it leaves tensors behind. `plain: false` leaves out the plain backend, on which whole networks take minutes. */
export function onEngines(title: string, body: () => void | Promise<void>, { plain = true } = {}): void {
  for (const engine of ENGINES) {
    if (engine === 'cpu' && !plain) continue;
    const skip = engine === 'native' && !addonState('native').available && 'not here: npm run engine:native';
    test(`${title} (${engine})`, { skip }, async (context) => {
      await start(engine);
      const before = tf.memory().numTensors;
      await body();
      const left = tf.memory().numTensors - before;
      if (left !== 0) throw new Error(`${context.name} leaves ${left} tensors`);
    });
  }
}

async function start(engine: (typeof ENGINES)[number]): Promise<void> {
  tf.env().set('PROD', true);
  if (engine !== 'cpu') await useEngine({ name: engine, quiet: true });
  await tf.setBackend(engine === 'native' ? 'tensorflow' : engine);
}
