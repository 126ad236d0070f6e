// A training step of LocNet's AutoEncoder on one engine, in a process of its own: for each line on standard input one step, its
// milliseconds as answer; the line "memory" is answered with the gigabytes of the process.
// Arguments: engine, threads, width, side of the images, batch.
import * as readline from 'node:readline';
import { type EngineName, useEngine } from '../../lib/engine/engine';
import { buildAutoEncoder } from '../../lib/models/locnet';
import { jointLoss } from '../../lib/objectives/jointLoss';
import { sgd } from '../../lib/objectives/sgd';
import { Random } from '../../lib/random';
import { trainStep } from '../../lib/train/step';
import { clocked } from './bench';

const [engine, ...numbers] = process.argv.slice(2);
const [threads, width, size, count] = numbers.map(Number);

async function serve(): Promise<void> {
  await useEngine({ name: engine as EngineName, quiet: true, threads });
  const model = buildAutoEncoder({ architecture: 'autoencoder', width, inputSize: size }, 1);
  const optimizer = sgd({ momentum: 0.875, weightDecay: 3.05e-5, decay: 'kernels', nesterov: true });
  const learner = {
    model,
    objective: jointLoss({ smoothing: 0.1, epochs: 1, stepsPerEpoch: 1 }),
    optimizer: optimizer.start(model.parameters()),
  };
  const random = new Random(1);
  const batch = {
    images: Float32Array.from({ length: count * size * size * 3 }, () => random.normal()),
    labels: Int32Array.from({ length: count }, (_, i) => i % 16),
    shape: [count, size, size, 3] as [number, number, number, number],
    targets: { depth: Float32Array.from({ length: count * size * size }, () => random.next()) },
  };
  console.log('ready');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    if (line === 'memory') console.log(process.resourceUsage().maxRSS / 1e6);
    else console.log(await clocked(() => trainStep(learner, batch, { learningRate: 0.001 })));
  }
}

serve().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
