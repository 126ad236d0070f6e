// A run in a process of its own: `killedRun.child.ts <checkpoint> [<step>]`. It kills itself at that step; else it prints a digest.
import { useEngine } from '../../lib/engine/engine';
import { sha256 } from '../../lib/files';
import { train } from '../../lib/train/train';
import { tinyRun, weightsOf } from './setup';

async function main(file: string, killAt?: string): Promise<void> {
  await useEngine({ name: 'wasm', quiet: true });
  const kill = ({ step }: { step: number }): void => {
    if (String(step) === killAt) process.kill(process.pid, 'SIGKILL');
  };
  const options = tinyRun({ checkpoint: { file, everySteps: 2 }, callbacks: [{ onStep: kill }] });
  const { curve } = await train(options);
  const weights = Object.entries(weightsOf(options.model));
  const bytes = weights.map(([, data]) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  process.stdout.write(`digest ${sha256(JSON.stringify(curve), ...bytes)}\n`);
}

void main(process.argv[2], process.argv[3]);
