// A forward pass of the whole VGG-16 on one engine, in a process of its own: its milliseconds for each line on standard input; the line
// "memory" is answered with the gigabytes of the process. Arguments: engine, threads, side of the images, batch.
import * as readline from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { type EngineName, useEngine } from '../../lib/engine/engine';
import { buildVgg } from '../../lib/models/vgg';
import { clocked } from './bench';

const [engine, ...numbers] = process.argv.slice(2);
const [threads, inputSize, count] = numbers.map(Number);

async function serve(): Promise<void> {
  await useEngine({ name: engine as EngineName, quiet: true, threads });
  const model = buildVgg({ architecture: 'vgg16', inputSize }, 1);
  const images = tf.randomNormal<tf.Rank.R4>([count, inputSize, inputSize, 3], 0, 1, 'float32', 1);
  const infer = async (): Promise<void> => {
    const { logits } = model.forward(images);
    await logits.data();
    logits.dispose();
  };
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === 'memory') console.log(process.resourceUsage().maxRSS / 1e6);
    else console.log(await clocked(infer));
  }
}

serve().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
