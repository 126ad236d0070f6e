// One training step of ResNet-18 (width 16, 32 px, batch 32) on wasm: against PyTorch, with Top-K, memory, leaks.
import * as tf from '@tensorflow/tfjs';
import { useEngine } from '../../lib/engine/engine';
import { type Learner, trainStep } from '../../lib/train/step';
import { alternate, type BenchRow, clocked, median, medianRatio } from './bench';
import { torchResNet } from './contestants';
import { BATCH, noiseBatch, SIZE, smallResNet, WIDTH } from './smallResNet';

const ROUNDS = 15;
const LEAK_STEPS = 200;

export async function resnetStep(): Promise<BenchRow[]> {
  await useEngine({ name: 'wasm', quiet: true });
  const plain = smallResNet();
  const sparse = smallResNet({ activation: 'topk' });
  const batch = noiseBatch();
  const step = (learner: Learner) => () => clocked(() => trainStep(learner, batch, { learningRate: 0.02 }));

  const rows = [await againstTorch(step(plain))];
  const topK = await alternate(ROUNDS, { sparse: step(sparse), plain: step(plain) });
  const topKRatio = medianRatio(topK.sparse, topK.plain);
  rows.push({
    what: 'Top-K activation: step with it / without it',
    measured: topKRatio.toFixed(2),
    goal: 'at most 1.10',
    met: topKRatio <= 1.1,
  });

  const tensors = tf.memory().numTensors;
  for (let i = 0; i < LEAK_STEPS; i++) await trainStep(plain, batch, { learningRate: 0.001 });
  const leaked = tf.memory().numTensors - tensors;
  rows.push({
    what: `tensors leaked over ${LEAK_STEPS} steps`,
    measured: String(leaked),
    goal: '0',
    met: leaked === 0,
  });
  const resident = process.memoryUsage().rss / 1e9;
  rows.push({
    what: 'memory of the process',
    measured: `${resident.toFixed(2)} GB`,
    goal: 'below 1.5 GB',
    met: resident < 1.5,
  });
  return rows;
}

async function againstTorch(step: () => Promise<number>): Promise<BenchRow> {
  const what = `ResNet-18 width ${WIDTH}, ${SIZE} px, batch ${BATCH}, one step: wasm / PyTorch on one thread`;
  const goal = 'at most 4.0';
  const torch = torchResNet({ name: 'PyTorch', width: WIDTH, device: 'cpu', threads: 1 })?.peer;
  if (torch === undefined) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) times.push(await step());
    return { what, measured: `wasm ${median(times).toFixed(0)} ms; no PyTorch (set GESTALT_PYTHON)`, goal };
  }
  try {
    await torch.ready();
    const { ours, theirs } = await alternate(ROUNDS, { ours: step, theirs: () => torch.measure() });
    const ratio = medianRatio(ours, theirs);
    const times = `${median(ours).toFixed(0)} / ${median(theirs).toFixed(0)} ms`;
    return { what, measured: `${ratio.toFixed(2)} (${times})`, goal, met: ratio <= 4 };
  } finally {
    torch.end();
  }
}
