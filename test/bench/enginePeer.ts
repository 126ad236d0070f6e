// One engine in a process of its own: for each line on standard input some steps in a row, the milliseconds of one as answer.
// Arguments: engine, width, activation (none, topk), work (train, infer), workers, steps, side of the images, stride of the stem.
import * as readline from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { type EngineName, useEngine } from '../../lib/engine/engine';
import { dataParallelRunner, singleRunner } from '../../lib/train/dataParallel';
import { clocked } from './bench';
import { noiseBatch, OPTIMIZER, smallResNet } from './smallResNet';

const [engine, width, activation, work, workers, steps, size, stemStride] = process.argv.slice(2);

async function serve(): Promise<void> {
  await useEngine({ name: engine as EngineName, quiet: true });
  const learner = smallResNet({
    activation: activation as 'none' | 'topk',
    width: Number(width),
    size: Number(size),
    stemStride: Number(stemStride),
  });
  const batch = noiseBatch(Number(size));
  const images = tf.tensor4d(batch.images, batch.shape);
  const parallel = {
    workers: Number(workers),
    shape: batch.shape,
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
    const milliseconds = await clocked(async () => {
      for (let i = 0; i < Number(steps); i++)
        await (work === 'infer' ? infer() : runner.step(batch, { learningRate: 0.02 }));
    });
    console.log(milliseconds / Number(steps));
  }
  await runner.dispose();
}

serve().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
