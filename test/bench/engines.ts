// Every engine that is here against PyTorch with all threads, in the same run: training steps, Top-K, inference, and how long the
// profile `paper` would take.
import { availableParallelism } from 'node:os';
import type { EngineName } from '../../lib/engine/engine';
import { topKTraining } from '../../lib/experiments/topkTraining';
import { type BenchRow, median, ratioText, spread } from './bench';
import { inTurn, ourEngine, type TorchOptions, torchResNet } from './contestants';
import { enginesAsked, onGpu } from './enginesAsked';
import { BATCH, SIZE } from './smallResNet';

const WIDTHS = [16, 32, 64];
const WARM_UPS = 4;
const ROUNDS: Readonly<Record<number, number>> = { 16: 15, 32: 11, 64: 7 };
/** Most that a step may take, times PyTorch's, by width. */
const GOALS: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  native: { 16: 1.05, 32: 1.05, 64: 1.05 },
  wasm: { 16: 2, 32: 2.3, 64: 3 },
};
const TOP_K_GOAL = 1.1;
/** Training images of a subset of ten ImageNet classes. */
const IMAGENET_SUBSET = 13_000;
const PAPER = topKTraining.profiles.paper.config;
const TORCH = { cpu: `PyTorch, ${availableParallelism()} threads`, cuda: 'PyTorch on the GPU' } as const;

/** All that are here, or the one that GESTALT_ENGINE names. */
export async function engines(): Promise<BenchRow[]> {
  const names = await enginesAsked();
  const rows: BenchRow[] = [];
  for (const width of WIDTHS) rows.push(...(await trainingSteps(names, width)));
  rows.push(...(await paperSteps(names.filter(onGpu))));
  for (const name of names) rows.push(await topKShare(name));
  rows.push(...(await inference(names)));
  return rows;
}

/** wasm computes in one thread a worker, the others are parallel themselves. */
function workersOf(name: EngineName): number {
  return name === 'wasm' ? availableParallelism() : 1;
}

/** PyTorch on the processor and, where an engine of ours computes on a GPU, on the GPU. */
function torchContestants(names: readonly EngineName[], options: Omit<TorchOptions, 'name' | 'device'>) {
  const devices = (['cpu', 'cuda'] as const).filter((device) =>
    names.some((name) => deviceOf(name) === device),
  );
  return devices.flatMap((device) => torchResNet({ ...options, name: TORCH[device], device }) ?? []);
}

function deviceOf(name: EngineName): 'cpu' | 'cuda' {
  return onGpu(name) ? 'cuda' : 'cpu';
}

async function trainingSteps(names: readonly EngineName[], width: number): Promise<BenchRow[]> {
  const engines = names.map((name) => ourEngine({ name, engine: name, width, workers: workersOf(name) }));
  const times = await inTurn([...torchContestants(names, { width }), ...engines], ROUNDS[width], WARM_UPS);
  const rows = names.map((name) =>
    againstTorch(name, times, {
      what: `training step, ResNet-18 width ${width}, batch ${BATCH}, ${SIZE} px: ${labelOf(name)}`,
      goal: GOALS[name]?.[width],
      width,
    }),
  );
  if (width !== 64) return rows;
  const area = (PAPER.imageSize / PAPER.stemStride / SIZE) ** 2;
  const others = names.filter((name) => !onGpu(name));
  return [
    ...rows,
    ...others.map((name) => paperProfile(name, area * median(times[name]), 'by the step above')),
  ];
}

/** Steps of the profile itself, which only a GPU takes in a reasonable time. */
async function paperSteps(names: readonly EngineName[]): Promise<BenchRow[]> {
  if (names.length === 0) return [];
  const shape = { width: PAPER.width, size: PAPER.imageSize, stemStride: PAPER.stemStride };
  const engines = names.flatMap((name) => [
    ourEngine({ ...shape, name, engine: name }),
    ourEngine({ ...shape, name: `${name} with Top-K`, engine: name, activation: 'topk' }),
  ]);
  const times = await inTurn([...torchContestants(names, shape), ...engines], ROUNDS[64], WARM_UPS);
  const what = `training step of profile paper, ResNet-18 width ${PAPER.width}, batch ${BATCH}, ${PAPER.imageSize} px`;
  const rows = names.flatMap((name) => [
    againstTorch(name, times, { what: `${what}: ${name}`, width: PAPER.width }),
    againstTorch(`${name} with Top-K`, times, { what: `${what}: ${name} with Top-K`, width: PAPER.width }),
    paperProfile(name, median(times[name]), 'measured'),
  ]);
  // The chart compares steps of one image size.
  return rows.map((row) => ({ ...row, ratio: undefined }));
}

interface Comparison {
  what: string;
  width: number;
  /** Most that a step may take, times PyTorch's. */
  goal?: number;
}

function againstTorch(
  name: string,
  times: Readonly<Record<string, number[]>>,
  { what, width, goal }: Comparison,
): BenchRow {
  const device = deviceOf(name.split(' ')[0] as EngineName);
  const torch = times[TORCH[device]];
  const milliseconds = median(times[name]).toFixed(0);
  const goalText = goal === undefined ? '' : `at most ${goal}`;
  if (torch === undefined)
    return { what, measured: `${milliseconds} ms; no ${TORCH[device]} (set GESTALT_PYTHON)`, goal: goalText };
  const ratios = times[name].map((time, i) => time / torch[i]);
  const ratio = { engine: name, width, ...spread(ratios) };
  return {
    what: `${what} / ${TORCH[device]}`,
    measured: `${ratioText(ratio)} (${milliseconds} / ${median(torch).toFixed(0)} ms)`,
    goal: goalText,
    met: goal === undefined ? undefined : ratio.median <= goal,
    ratio,
  };
}

function paperProfile(name: EngineName, milliseconds: number, how: string): BenchRow {
  const { imageSize, epochs } = PAPER;
  const hours = ((milliseconds / BATCH) * IMAGENET_SUBSET * epochs) / 3_600_000;
  return {
    what: `profile paper, one network of topk-training (${imageSize} px, ${epochs} epochs of ${IMAGENET_SUBSET} images) on ${name}, step ${how}`,
    measured: hours < 48 ? `${hours.toFixed(1)} hours` : `${(hours / 24).toFixed(0)} days`,
    goal: '',
  };
}

async function topKShare(name: EngineName): Promise<BenchRow> {
  const [sparse, plain] = (['topk', 'none'] as const).map((activation) =>
    ourEngine({ name: activation, engine: name, width: 32, activation }),
  );
  const times = await inTurn([sparse, plain], ROUNDS[32], WARM_UPS);
  const share = spread(times.topk.map((time, i) => time / times.none[i]));
  return {
    what: `Top-K activation on ${name}, width 32: step with it / without it`,
    measured: ratioText(share),
    goal: `at most ${TOP_K_GOAL.toFixed(2)}`,
    met: share.median <= TOP_K_GOAL,
  };
}

async function inference(names: readonly EngineName[]): Promise<BenchRow[]> {
  const contestants = names.map((name) => ourEngine({ name, engine: name, width: 32, work: 'infer' }));
  const times = await inTurn(contestants, ROUNDS[32], WARM_UPS);
  return names.map((name) => ({
    what: `inference, ResNet-18 width 32, batch ${BATCH}, ${SIZE} px on ${name}, one process`,
    measured: `${((1000 * BATCH) / median(times[name])).toFixed(0)} images/s`,
    goal: '',
  }));
}

function labelOf(name: EngineName): string {
  return workersOf(name) > 1 ? `${name}, ${workersOf(name)} workers` : name;
}
