// An iteration of FastGAN on one engine, in a process of its own: for each line on standard input one iteration, its milliseconds as answer; the line
// "memory" is answered with the gigabytes of the process, "tensors" with how many are alive, "parameters" with how many numbers both networks learn.
// Arguments: engine, threads, width, decoders' width, batch, side of the images, latent numbers, per cent of the generator's 32 x 32 map that pass (0: all),
// width of the VGG that compares images, whose weights are random: an iteration takes as long with any.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as readline from 'node:readline';
import * as tf from '@tensorflow/tfjs';
import { type EngineName, useEngine } from '../../lib/engine/engine';
import { smallSize } from '../../lib/models/fastgan/generator';
import { buildVgg } from '../../lib/models/vgg';
import { exportWeights, writeSafetensors } from '../../lib/models/weights';
import { perceptualNetwork } from '../../lib/synthesis/perceptualNetwork';
import { startFastGan } from '../../lib/train/gan/fastGan';
import { ganStep, type ImageDistance } from '../../lib/train/gan/ganStep';
import { clocked } from './bench';

const [engine, ...numbers] = process.argv.slice(2);
const [threads, width, decoderWidth, count, side, latent, passing, vggWidth] = numbers.map(Number);

async function serve(): Promise<void> {
  await useEngine({ name: engine as EngineName, quiet: true, threads });
  const learners = startFastGan(
    {
      imageSize: side,
      width,
      decoderWidth,
      latent,
      noise: 'none',
      sparsity: passing === 0 ? '' : `32_${passing}`,
      averageDecay: 0.999,
      seed: 1,
    },
    await distanceByVgg(smallSize(side)),
  );
  const images = tf.randomUniform<tf.Rank.R4>([count, side, side, 3], -1, 1, 'float32', 1);
  const parameters = [learners.generator, learners.discriminator].flatMap((network) => network.parameters());
  const iterate = (step: number) => () => ganStep(learners, images, { learningRate: 1e-3, step, seed: 1 });
  let step = 0;
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === 'memory') console.log(process.resourceUsage().maxRSS / 1e6);
    else if (line === 'tensors') console.log(tf.memory().numTensors);
    else if (line === 'parameters')
      console.log(parameters.reduce((sum, { variable }) => sum + variable.size, 0));
    else console.log(await clocked(iterate(step++)));
  }
}

async function distanceByVgg(size: number): Promise<ImageDistance> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'fastgan-'));
  const file = path.join(folder, 'vgg.safetensors');
  const vgg = buildVgg({ architecture: 'vgg16', width: vggWidth, inputSize: size, classes: 2, hidden: 1 }, 1);
  try {
    writeSafetensors(file, await exportWeights(vgg));
    return (await perceptualNetwork({ vgg: file, size })).distance;
  } finally {
    vgg.dispose();
    fs.rmSync(folder, { recursive: true });
  }
}

serve().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
