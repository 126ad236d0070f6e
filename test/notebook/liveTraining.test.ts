import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveTraining } from '../../lib/notebook/liveTraining';

test('the bar counts images, not full batches: an epoch may end with a smaller one', async (t) => {
  const written: string[] = [];
  t.mock.method(process.stdout, 'write', (text: string) => written.push(text) > 0);
  t.mock.method(console, 'log', (text: string) => void written.push(text));
  const watch = liveTraining({ title: 'run', batchSize: 32, images: 40 });
  const rates = { learningRate: 0.1, accuracy: 0, imagesPerSecond: 1 };
  const event = { ...rates, terms: {}, weights: {}, totalSteps: 4, epoch: 1 };
  const start = { epochs: 2, stepsPerEpoch: 2, step: 0, curve: [], workers: 1, notes: [] };
  await watch.onStart?.({ ...start, model: undefined as never });
  for (const step of [1, 2, 3]) await watch.onStep?.({ ...event, step, loss: 1 / step });
  await watch.onStop?.({ stopped: 'interrupted', step: 3 });
  t.mock.restoreAll();
  assert.match(written.join(''), /72 of 80 images.*stopped/);
});
