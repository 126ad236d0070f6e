// Runs a test on each engine that every machine has, and on others on request.
import { test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { type EngineName, useEngine } from '../lib/engine/engine';

/** TensorFlow.js's plain backend, which shows that an op needs no kernel of ours, and the engine of last resort. More with
 *  GESTALT_TEST_ENGINES, e.g. `native`. */
const ENGINES = ['cpu', 'wasm', ...(process.env.GESTALT_TEST_ENGINES?.split(',') ?? [])];

/** One test for each engine; it fails when it leaves tensors behind. */
export function onEngines(title: string, body: () => void | Promise<void>): void {
  for (const engine of ENGINES) {
    test(`${title} (${engine})`, async (context) => {
      await start(engine);
      const before = tf.memory().numTensors;
      await body();
      const left = tf.memory().numTensors - before;
      if (left !== 0) throw new Error(`${context.name} leaves ${left} tensors`);
    });
  }
}

async function start(engine: string): Promise<void> {
  tf.env().set('PROD', true);
  if (engine !== 'cpu') await useEngine({ name: engine as EngineName, quiet: true });
  await tf.setBackend(engine === 'native' || engine === 'native-gpu' ? 'tensorflow' : engine);
}
