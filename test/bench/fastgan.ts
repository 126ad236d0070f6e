// FastGAN: an iteration beside PyTorch's, memory and tensors over 200 of them; and the time of distances between sets of features.
import type { EngineName } from '../../lib/engine/engine';
import type { FeatureMatrix } from '../../lib/fid/featureMatrix';
import { measureDistance } from '../../lib/fid/setDistance';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';
import { alternate, type BenchRow, clocked, median, ratioText, spread } from './bench';
import { type Contestant, torchOn } from './contestants';
import { enginesAsked, onGpu } from './enginesAsked';
import { Peer } from './peer';

/** In the order of the peers' arguments. */
interface Size {
  readonly width: number;
  readonly decoderWidth: number;
  readonly batch: number;
  /** Of the images. */
  readonly side: number;
  readonly latent: number;
  /** Per cent of the generator's 32 x 32 map that pass Top-K; 0: it has none. */
  readonly passing: number;
  /** Of the VGG-16 that compares images. */
  readonly vggWidth: number;
}

const SMALL: Size = {
  width: 16,
  decoderWidth: 8,
  batch: 8,
  side: 64,
  latent: 64,
  passing: 0,
  vggWidth: 8,
};
/** The report's settings, with Top-K. */
const FULL: Size = {
  width: 64,
  decoderWidth: 32,
  batch: 8,
  side: 256,
  latent: 256,
  passing: 5,
  vggWidth: 64,
};
const STEP_GOALS: Readonly<Record<string, number>> = { wasm: 3 };
const MEMORY_GOAL = 1.5;
const STEPS = 200;
const DISTANCE_SECONDS = 60;

/** The engines that are here, or the one that GESTALT_ENGINE names. On a GPU an iteration of full size is measured, and nothing else. */
export async function fastgan(): Promise<BenchRow[]> {
  const names = await enginesAsked();
  const rows: BenchRow[] = [];
  for (const name of names) rows.push(...(await iterations(name, onGpu(name) ? FULL : SMALL)));
  if (names.includes('wasm')) rows.push(await distances());
  return rows;
}

async function iterations(engine: EngineName, size: Size): Promise<BenchRow[]> {
  const settings = [1, ...Object.values(size)].map(String);
  const script = fromRoot('test/bench/fastganPeer.ts');
  const ours = new Peer(process.execPath, ['--import', 'tsx', script, engine, ...settings]);
  const device = onGpu(engine) ? 'cuda' : 'cpu';
  const python = torchOn(device);
  const torch = python && new Peer(python, [fromRoot('test/bench/torch_fastgan.py'), ...settings, device]);
  const contestants: Contestant[] = [
    { name: engine, peer: ours },
    ...(torch ? [{ name: 'torch', peer: torch }] : []),
  ];
  try {
    for (const { peer } of contestants) await peer.ready();
    if (torch) await requireSameNetworks(ours, torch);
    const works = Object.fromEntries(contestants.map(({ name, peer }) => [name, () => peer.measure()]));
    const row = stepRow(engine, size, await alternate(11, works, 4));
    return onGpu(engine) ? [row] : [row, await memoryRow(engine, ours)];
  } finally {
    for (const { peer } of contestants) peer.end();
  }
}

/** Times of networks of different sizes say nothing. */
async function requireSameNetworks(ours: Peer, torch: Peer): Promise<void> {
  const [own, theirs] = [await ours.ask('parameters'), await torch.ask('parameters')];
  if (own !== theirs)
    throw new Error(`FastGAN has ${own} parameters here and ${theirs} in PyTorch: these are other networks.`);
}

async function memoryRow(engine: EngineName, ours: Peer): Promise<BenchRow> {
  const before = await ours.ask('tensors');
  for (let i = 0; i < STEPS; i++) await ours.measure();
  const gathered = (await ours.ask('tensors')) - before;
  const memory = await ours.memory();
  return {
    what: `memory of that process on ${engine}, and tensors gathered, after ${STEPS} iterations more`,
    measured: `${memory.toFixed(2)} GB, ${gathered}`,
    goal: `below ${MEMORY_GOAL} GB, none`,
    met: memory < MEMORY_GOAL && gathered === 0,
  };
}

function stepRow(
  engine: EngineName,
  { width, batch, side, passing }: Size,
  times: Readonly<Record<string, number[]>>,
): BenchRow {
  const sparse = passing === 0 ? '' : `, Top-K ${passing} %`;
  const peer = onGpu(engine) ? 'PyTorch on the GPU' : 'PyTorch, one thread each';
  const what = `FastGAN, one iteration of both networks, width ${width}, batch ${batch}, ${side} px${sparse}: ${engine} / ${peer}`;
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
