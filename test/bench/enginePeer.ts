// One engine in a process of its own: for each line on standard input one piece of work, its milliseconds as answer.
// Arguments: engine, width, activation (none, topk), work (train, infer), workers.
import * as readline from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { type EngineName, useEngine } from '../../lib/engine/engine';
import { dataParallelRunner, singleRunner } from '../../lib/train/dataParallel';
import { clocked } from './bench';
import { noiseBatch, OBJECTIVE, OPTIMIZER, smallResNet } from './smallResNet';

const [engine, width, activation, work, workers] = process.argv.slice(2);

async function serve(): Promise<void> {
  await useEngine({ name: engine as EngineName, quiet: true });
  const learner = smallResNet(activation as 'none' | 'topk', Number(width));
  const batch = noiseBatch();
  const images = tf.tensor4d(batch.images, batch.shape);
  const parallel = {
    workers: Number(workers),
    shape: batch.shape,
    objective: OBJECTIVE,
    optimizer: OPTIMIZER,
  };
  const runner = Number(workers) > 1 ? await dataParallelRunner(learner, parallel) : singleRunner(learner);
  const infer = async (): Promise<void> => {
    const { logits } = tf.tidy(() => learner.model.forward(images, { training: false }));
    await logits.data();
    logits.dispose();
  };
  console.log('ready');
  for await (const _ of readline.createInterface({ input: process.stdin })) {
    console.log(await clocked(() => (work === 'infer' ? infer() : runner.step(batch, 0.02))));
  }
  await runner.dispose();
}

serve().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
