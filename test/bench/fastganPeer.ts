// An iteration of FastGAN on one engine, in a process of its own: for each line on standard input one iteration, its milliseconds as answer; the line
// "memory" is answered with the gigabytes of the process, "tensors" with how many are alive.
// Arguments: engine, threads, width, decoders' width, batch; images have 64 pixels.
import * as readline from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { type EngineName, useEngine } from '../../lib/engine/engine';
import { fromRoot } from '../../lib/files';
import { perceptualNetwork } from '../../lib/synthesis/perceptualNetwork';
import { startFastGan } from '../../lib/train/gan/fastGan';
import { ganStep } from '../../lib/train/gan/ganStep';
import { clocked } from './bench';

const [engine, ...numbers] = process.argv.slice(2);
const [threads, width, decoderWidth, count] = numbers.map(Number);
const SIDE = 64;
/** Of width 8. */
const VGG = fromRoot('data/records/tiny/texture-synthesis/artifacts/seed0-network.safetensors');

async function serve(): Promise<void> {
  await useEngine({ name: engine as EngineName, quiet: true, threads });
  const { distance } = await perceptualNetwork({ vgg: VGG, size: SIDE / 2 });
  const plain = { noise: 'none', sparsity: '', averageDecay: 0.999, seed: 1 } as const;
  const learners = startFastGan({ imageSize: SIDE, width, decoderWidth, latent: 64, ...plain }, distance);
  const images = tf.randomUniform<tf.Rank.R4>([count, SIDE, SIDE, 3], -1, 1, 'float32', 1);
  let step = 0;
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === 'memory') console.log(process.resourceUsage().maxRSS / 1e6);
    else if (line === 'tensors') console.log(tf.memory().numTensors);
    else
      console.log(
        await clocked(() => ganStep(learners, images, { learningRate: 1e-3, step: step++, seed: 1 })),
      );
  }
}

serve().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
