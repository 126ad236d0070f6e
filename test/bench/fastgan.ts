// FastGAN: an iteration beside PyTorch's, memory and tensors over 200 of them; and the time of distances between sets of features.
import { inspectEngines } from '../../lib/engine/engine';
import type { FeatureMatrix } from '../../lib/fid/featureMatrix';
import { measureDistance } from '../../lib/fid/setDistance';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';
import { alternate, type BenchRow, clocked, median, ratioText, spread } from './bench';
import { type Contestant, torchOn } from './contestants';
import { Peer } from './peer';

const SIZE = { width: 16, decoderWidth: 8, batch: 8 };
const STEP_GOALS: Readonly<Record<string, number>> = { wasm: 3 };
const MEMORY_GOAL = 1.5;
const STEPS = 200;
const DISTANCE_SECONDS = 60;

/** Steps on wasm and native, where they are here; distances. */
export async function fastgan(): Promise<BenchRow[]> {
  const here = (await inspectEngines()).filter(({ available }) => available).map(({ name }) => name);
  const rows: BenchRow[] = [];
  for (const engine of ['wasm', 'native']) {
    if (here.some((name) => name === engine)) rows.push(...(await steps(engine)));
  }
  return [...rows, await distances()];
}

async function steps(engine: string): Promise<BenchRow[]> {
  const settings = [1, ...Object.values(SIZE)].map(String);
  const script = fromRoot('test/bench/fastganPeer.ts');
  const ours = new Peer(process.execPath, ['--import', 'tsx', script, engine, ...settings]);
  const python = torchOn('cpu');
  const torch = python && new Peer(python, [fromRoot('test/bench/torch_fastgan.py'), ...settings]);
  const contestants: Contestant[] = [
    { name: engine, peer: ours },
    ...(torch ? [{ name: 'torch', peer: torch }] : []),
  ];
  try {
    for (const { peer } of contestants) await peer.ready();
    const works = Object.fromEntries(contestants.map(({ name, peer }) => [name, () => peer.measure()]));
    const row = stepRow(engine, await alternate(11, works, 4));
    const before = await ours.ask('tensors');
    for (let i = 0; i < STEPS; i++) await ours.measure();
    const gathered = (await ours.ask('tensors')) - before;
    const memory = await ours.memory();
    return [
      row,
      {
        what: `memory of that process on ${engine}, and tensors gathered, after ${STEPS} iterations more`,
        measured: `${memory.toFixed(2)} GB, ${gathered}`,
        goal: `below ${MEMORY_GOAL} GB, none`,
        met: memory < MEMORY_GOAL && gathered === 0,
      },
    ];
  } finally {
    for (const { peer } of contestants) peer.end();
  }
}

function stepRow(engine: string, times: Readonly<Record<string, number[]>>): BenchRow {
  const what = `FastGAN, one iteration of both networks, width ${SIZE.width}, batch ${SIZE.batch}, 64 px: ${engine} / PyTorch, one thread each`;
  const goal = STEP_GOALS[engine];
  const own = `${median(times[engine]).toFixed(0)}`;
  if (times.torch === undefined) {
    return { what, measured: `${own} ms; no PyTorch (set GESTALT_PYTHON)`, goal: '' };
  }
  const ratio = spread(times[engine].map((time, i) => time / times.torch[i]));
  return {
    what,
    measured: `${ratioText(ratio)} (${own} / ${median(times.torch).toFixed(0)} ms)`,
    goal: goal === undefined ? '' : `at most ${goal}`,
    met: goal === undefined ? undefined : ratio.median <= goal,
  };
}

async function distances(): Promise<BenchRow> {
  const [generated, real] = [randomFeatures(3000, 1), randomFeatures(100, 2)];
  const source = { features: 'random', resize: 'none', dtype: 'float64' };
  const milliseconds = await clocked(async () => {
    for (const distance of ['frechet', 'kernel'] as const)
      measureDistance(generated, real, source, { distance, parts: 20 });
  });
  const seconds = milliseconds / 1000;
  return {
    what: 'Fréchet and kernel distance with intervals, 3000 and 100 images of 2048 features, one core',
    measured: `${seconds.toFixed(1)} s`,
    goal: `at most ${DISTANCE_SECONDS} s`,
    met: seconds <= DISTANCE_SECONDS,
  };
}

function randomFeatures(count: number, seed: number): FeatureMatrix {
  const random = new Random(seed);
  const size = 2048;
  return { count, size, values: Float64Array.from({ length: count * size }, () => random.normal()) };
}
