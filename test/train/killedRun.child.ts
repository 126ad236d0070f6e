// A run in a process of its own, to be killed: `killedRun.child.ts <checkpoint>`. Prints every step, then a digest.
import { useEngine } from '../../lib/engine/engine';
import { sha256 } from '../../lib/files';
import { train } from '../../lib/train/train';
import { tinyRun, weightsOf } from './setup';

async function main(file: string): Promise<void> {
  await useEngine({ name: 'wasm', quiet: true });
  const options = tinyRun({
    checkpoint: { file, everySteps: 2 },
    callbacks: [{ onStep: ({ step }) => void process.stdout.write(`step ${step}\n`) }],
  });
  const { curve } = await train(options);
  const weights = Object.entries(weightsOf(options.model));
  const bytes = weights.map(([, data]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  process.stdout.write(`digest ${sha256(JSON.stringify(curve), ...bytes)}\n`);
}

void main(process.argv[2]);
