// Training in a cell: its outputs are live, the interrupt button stops it within a step, and nothing is lost.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { JupyterKernel, type MessageContent } from '../../lib/notebook/jupyterClient';
import { executeWhenTaken } from './executeWhenTaken';

const SETUP = `
import { useEngine } from './lib/engine/engine';
import { buildModel } from './lib/models/build';
import { classification } from './lib/objectives/classification';
import { sgd } from './lib/objectives/sgd';
import { trainTransform } from './lib/data/augment';
import { interruptSignal } from './lib/notebook/interrupt';
import { train } from './lib/train/train';
import { colours } from './test/data/colours';
await useEngine({ name: 'wasm', quiet: true });
const spec = { architecture: 'resnet18', variant: 'paper', width: 4, inputSize: 16, classes: 3, stemStride: 1 };
const model = buildModel(spec, 0);`;

const trainingCell = (file: string, epochs: number): string => `
const run = await train({
  model, source: colours(96, 16), transform: trainTransform({ size: 16 }), epochs: ${epochs}, batchSize: 32, seed: 0, workers: 1,
  objective: classification(), optimizer: sgd({ momentum: 0.9 }), schedule: () => 0.01,
  checkpoint: { file: ${JSON.stringify(file)} }, signal: interruptSignal(),
  callbacks: [{ onStep: ({ step }) => console.log('step ' + step) }],
});`;

test('an interrupt stops training within a step, saves the checkpoint and leaves the kernel alive', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-training-'));
  const file = path.join(folder, 'checkpoint.safetensors');
  const kernel = await JupyterKernel.start();
  let text = '';
  const run = (code: string, onText: () => void = () => undefined): Promise<MessageContent> =>
    executeWhenTaken(kernel, code, {
      timeout: 300_000,
      onOutput: (type, content) => {
        if (type !== 'stream') return;
        text += content.text;
        onText();
      },
    });
  try {
    assert.equal((await run(SETUP)).status, 'ok');
    let sent = false;
    const stopped = await run(trainingCell(file, 100_000), () => {
      if (sent || !text.includes('step 5\n')) return;
      sent = true;
      kernel.interrupt();
    });
    assert.equal(stopped.status, 'error');
    assert.ok(fs.existsSync(file), 'the checkpoint is saved');
    text = '';
    assert.equal((await run("console.log(run.stopped, 'after', run.steps > 4);")).status, 'ok');
    assert.match(text, /interrupted after true/);
  } finally {
    await kernel.shutdown();
    fs.rmSync(folder, { recursive: true, force: true });
  }
});
