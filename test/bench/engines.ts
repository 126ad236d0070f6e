// Every engine that is here against PyTorch with all threads, in the same run: training steps, Top-K, inference, and how long the
// profile `paper` would take.
import { availableParallelism } from 'node:os';
import { type EngineName, inspectEngines } from '../../lib/engine/engine';
import { topKTraining } from '../../lib/experiments/topkTraining';
import { fromRoot } from '../../lib/files';
import { pythonWith } from '../python';
import { type BenchRow, median } from './bench';
import { Peer } from './peer';
import { BATCH, SIZE } from './smallResNet';

const WIDTHS = [16, 32, 64];
const WARM_UPS = 4;
const ROUNDS: Readonly<Record<number, number>> = { 16: 15, 32: 11, 64: 7 };
/** Most that a step of width 32 may take, times PyTorch's. */
const GOALS: Readonly<Record<string, number>> = { native: 1.8, wasm: 4.5 };
const TOP_K_GOAL = 1.1;
/** Training images of a subset of ten ImageNet classes. */
const IMAGENET_SUBSET = 13_000;

interface Contestant {
  readonly name: string;
  readonly peer: Peer;
}

export async function engines(): Promise<BenchRow[]> {
  const names = (await inspectEngines()).filter(({ available }) => available).map(({ name }) => name);
  const rows: BenchRow[] = [];
  for (const width of WIDTHS) rows.push(...(await trainingSteps(names, width)));
  for (const name of names) rows.push(await topKShare(name));
  rows.push(...(await inference(names)));
  return rows;
}

function ours(
  name: EngineName,
  width: number,
  { activation = 'none', work = 'train', workers = workersOf(name) } = {},
) {
  const script = fromRoot('test/bench/enginePeer.ts');
  const settings = [name, String(width), activation, work, String(workers)];
  return { name, peer: new Peer(process.execPath, ['--import', 'tsx', script, ...settings]) };
}

/** wasm computes in one thread a worker, the others are parallel themselves. */
function workersOf(name: EngineName): number {
  return name === 'wasm' ? availableParallelism() : 1;
}

async function trainingSteps(names: readonly EngineName[], width: number): Promise<BenchRow[]> {
  const python = pythonWith('torch');
  const threads = availableParallelism();
  const script = fromRoot('test/bench/torch_resnet.py');
  const torch = python && {
    name: 'PyTorch',
    peer: new Peer(python, [script, ...[width, SIZE, BATCH, threads].map(String)]),
  };
  const engines = names.map((name) => ours(name, width));
  const times = await alternate(torch ? [torch, ...engines] : engines, ROUNDS[width]);
  const rows = engines.map(({ name }): BenchRow => {
    const what = `training step, ResNet-18 width ${width}, batch ${BATCH}, ${SIZE} px: ${labelOf(name)} / PyTorch, ${threads} threads`;
    const milliseconds = median(times[name]);
    const goal = width === 32 ? GOALS[name] : undefined;
    const goalText = goal === undefined ? '' : `at most ${goal}`;
    if (torch === undefined)
      return {
        what,
        measured: `${milliseconds.toFixed(0)} ms; no PyTorch (set GESTALT_PYTHON)`,
        goal: goalText,
      };
    const ratios = times[name].map((time, i) => time / times.PyTorch[i]);
    const ratio = { engine: name, width, ...spread(ratios) };
    return {
      what,
      measured: `${ratioText(ratio)} (${milliseconds.toFixed(0)} / ${median(times.PyTorch).toFixed(0)} ms)`,
      goal: goalText,
      met: goal === undefined ? undefined : ratio.median <= goal,
      ratio,
    };
  });
  return width === 64
    ? [...rows, ...engines.map(({ name }) => paperProfile(name, median(times[name])))]
    : rows;
}

/** Measured width 64 at 32 px scales with the area of the maps to the profile's size. */
function paperProfile(name: EngineName, milliseconds: number): BenchRow {
  const { imageSize, stemStride, epochs } = topKTraining.profiles.paper.config;
  const area = (imageSize / stemStride / SIZE) ** 2;
  const hours = ((milliseconds / BATCH) * area * IMAGENET_SUBSET * epochs) / 3_600_000;
  return {
    what: `profile paper, one network of topk-training (${imageSize} px, ${epochs} epochs of ${IMAGENET_SUBSET} images) on ${name}, by the step above`,
    measured: hours < 48 ? `${hours.toFixed(1)} hours` : `${(hours / 24).toFixed(0)} days`,
    goal: '',
  };
}

async function topKShare(name: EngineName): Promise<BenchRow> {
  const [sparse, plain] = ['topk', 'none'].map((activation) => ({
    ...ours(name, 32, { activation, workers: 1 }),
    name: activation,
  }));
  const times = await alternate([sparse, plain], ROUNDS[32]);
  const share = spread(times.topk.map((time, i) => time / times.none[i]));
  return {
    what: `Top-K activation on ${name}, width 32: step with it / without it`,
    measured: ratioText(share),
    goal: `at most ${TOP_K_GOAL.toFixed(2)}`,
    met: share.median <= TOP_K_GOAL,
  };
}

async function inference(names: readonly EngineName[]): Promise<BenchRow[]> {
  const contestants = names.map((name) => ours(name, 32, { work: 'infer', workers: 1 }));
  const times = await alternate(contestants, ROUNDS[32]);
  return names.map((name) => ({
    what: `inference, ResNet-18 width 32, batch ${BATCH}, ${SIZE} px on ${name}, one process`,
    measured: `${((1000 * BATCH) / median(times[name])).toFixed(0)} images/s`,
    goal: '',
  }));
}

/** Milliseconds of each, in turn, so that all meet the same weather; after warm-ups that do not count. */
async function alternate(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = Object.fromEntries(contestants.map(({ name }) => [name, []]));
  try {
    for (const { peer } of contestants) await peer.ready();
    for (let round = -WARM_UPS; round < rounds; round++) {
      for (const { name, peer } of contestants) {
        const time = await peer.measure();
        if (round >= 0) times[name].push(time);
      }
    }
  } finally {
    for (const { peer } of contestants) peer.end();
  }
  return times;
}

function labelOf(name: EngineName): string {
  return workersOf(name) > 1 ? `${name}, ${workersOf(name)} workers` : name;
}

/** Median and the middle half. */
function spread(values: readonly number[]): { low: number; median: number; high: number } {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return { low: at(0.25), median: median(values), high: at(0.75) };
}

function ratioText({ low, median: middle, high }: { low: number; median: number; high: number }): string {
  return `${middle.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}
