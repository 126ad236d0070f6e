// Where a training step on webgpu spends its time: kernel by kernel on the GPU, and here, where it is queued.
import * as tf from '@tensorflow/tfjs';
import { inspectEngines, useEngine } from '../../lib/engine/engine';
import { topKTraining } from '../../lib/experiments/topkTraining';
import { trainStep } from '../../lib/train/step';
import { type BenchRow, clocked, median } from './bench';
import { KernelClock, type KernelTime, requestTimestamps } from './gpuTimestamps';
import { BATCH, noiseBatch, type ResNetOptions, SIZE, smallResNet, WIDTH } from './smallResNet';

const { width, imageSize, stemStride } = topKTraining.profiles.paper.config;
const SMALL = { width: WIDTH, size: SIZE, stemStride: 1 };
const PAPER = { width, size: imageSize, stemStride };
const WARM_UPS = 6;
const ROUNDS = 15;
/** Of kernels, in the report. */
const SHOWN = 12;

/** A step of the smallest network and one of profile `paper`; on an adapter in software the first alone. */
export async function gpuKernels(): Promise<BenchRow[]> {
  const state = (await inspectEngines()).find(({ name }) => name === 'webgpu');
  if (!state?.available)
    return [{ what: 'kernels of webgpu', measured: `not here: ${state?.reason}`, goal: '' }];
  await requestTimestamps();
  await useEngine({ name: 'webgpu', quiet: true });
  const clock = new KernelClock();
  const inSoftware = process.env.GESTALT_WEBGPU_SOFTWARE === '1';
  const rows: BenchRow[] = [];
  for (const shape of inSoftware ? [SMALL] : [SMALL, PAPER]) rows.push(...(await rowsOf(shape, clock)));
  return rows;
}

async function rowsOf(
  shape: Required<Omit<ResNetOptions, 'activation'>>,
  clock: KernelClock,
): Promise<BenchRow[]> {
  const learner = smallResNet(shape);
  const batch = noiseBatch(shape.size);
  const step = () => trainStep(learner, batch, { learningRate: 0.02 });
  for (let i = 0; i < WARM_UPS; i++) await step();
  const { whole, waiting } = await timesOf(step);
  const rounds: KernelTime[][] = [];
  for (let i = 0; i < ROUNDS; i++) rounds.push(await clock.time(step));
  learner.model.dispose();
  learner.optimizer.dispose();
  const kernels = meanOf(rounds);
  const computing = sum(kernels.map(({ milliseconds }) => milliseconds));
  const what = `step of ResNet-18 width ${shape.width}, batch ${BATCH}, ${shape.size} px on webgpu`;
  const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;
  return [
    row(`${what}: whole`, milliseconds(whole)),
    row(`${what}: queueing it, on the processor`, milliseconds(whole - waiting)),
    row(`${what}: waiting for its results`, milliseconds(waiting)),
    row(
      `${what}: all kernels on the GPU, one after the other`,
      `${milliseconds(computing)} in ${sum(kernels.map(({ dispatches }) => dispatches))} dispatches`,
    ),
    ...kernels
      .slice(0, SHOWN)
      .map((each) =>
        row(
          `${what}: ${each.kernel}`,
          `${((100 * each.milliseconds) / computing).toFixed(0)} % (${each.milliseconds.toFixed(2)} ms in ${each.dispatches})`,
        ),
      ),
  ];
}

function row(what: string, measured: string): BenchRow {
  return { what, measured, goal: '' };
}

/** Medians over steps: of the whole, and of what passes while results are awaited. */
async function timesOf(step: () => Promise<unknown>): Promise<{ whole: number; waiting: number }> {
  const backend = tf.backend();
  const read = backend.read;
  let since = 0;
  let open = 0;
  let waited = 0;
  backend.read = async (dataId) => {
    if (open++ === 0) since = performance.now();
    try {
      return await read.call(backend, dataId);
    } finally {
      if (--open === 0) waited += performance.now() - since;
    }
  };
  const wholes: number[] = [];
  const waits: number[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    waited = 0;
    wholes.push(await clocked(step));
    waits.push(waited);
  }
  backend.read = read;
  return { whole: median(wholes), waiting: median(waits) };
}

/** By kernel, longest first. */
function meanOf(rounds: readonly (readonly KernelTime[])[]): KernelTime[] {
  return rounds[0]
    .map(({ kernel, dispatches }) => {
      const times = rounds.map((round) => round.find((other) => other.kernel === kernel)?.milliseconds ?? 0);
      return { kernel, dispatches, milliseconds: sum(times) / rounds.length };
    })
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
