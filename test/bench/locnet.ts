// LocNet's AutoEncoder: training steps beside PyTorch's, memory, a pass over the 17 sets, Grad-CAM.
import * as tf from '@tensorflow/tfjs';
import { type EngineName, useEngine } from '../../lib/engine/engine';
import { gradCam } from '../../lib/explain/gradCam';
import { fromRoot } from '../../lib/files';
import { buildAutoEncoder } from '../../lib/models/locnet';
import type { ImageModel } from '../../lib/models/model';
import { alternate, type BenchRow, clocked, median, ratioText, spread } from './bench';
import { type Contestant, torchOn } from './contestants';
import { enginesAsked, onGpu } from './enginesAsked';
import { embeddedPass } from './evaluation';
import { Peer } from './peer';

/** Most that a step may take, times PyTorch's on as many threads, and the gigabytes of its process. */
const STEP_GOALS: Readonly<Record<string, number>> = { wasm: 3, native: 1.5 };
const MEMORY_GOAL = 2.5;
const PASS_SECONDS = 180;
const CAM_SECONDS = 0.3;

interface Size {
  readonly width: number;
  readonly side: number;
  readonly batch: number;
}

const SMALL: Size = { width: 16, side: 64, batch: 32 };
/** That of the paper, at half of its batch. */
const FULL: Size = { width: 64, side: 224, batch: 16 };

/** The engines that are here, or the one that GESTALT_ENGINE names. On a GPU only the steps are measured. */
export async function locnet(): Promise<BenchRow[]> {
  const names = await enginesAsked();
  const rows: BenchRow[] = [];
  for (const name of names) rows.push(...(await steps(name, onGpu(name) ? FULL : SMALL)));
  if (names.includes('wasm')) rows.push(await wholePass(), await camsOnWasm());
  return rows;
}

function ours(engine: EngineName, { width, side, batch }: Size): Contestant {
  const settings = [engine, 1, width, side, batch].map(String);
  const script = fromRoot('test/bench/locnetPeer.ts');
  return { name: engine, peer: new Peer(process.execPath, ['--import', 'tsx', script, ...settings]) };
}

function torch(device: 'cpu' | 'cuda', { width, side, batch }: Size): Contestant | undefined {
  const python = torchOn(device);
  if (python === undefined) return undefined;
  const settings = [1, width, side, batch, device].map(String);
  return {
    name: 'torch',
    peer: new Peer(python, [fromRoot('test/bench/torch_autoencoder.py'), ...settings]),
  };
}

async function steps(engine: EngineName, size: Size): Promise<BenchRow[]> {
  const device = onGpu(engine) ? 'cuda' : 'cpu';
  const contestants = [ours(engine, size), torch(device, size)].flatMap((each) => each ?? []);
  try {
    for (const { peer } of contestants) await peer.ready();
    const works = Object.fromEntries(contestants.map(({ name, peer }) => [name, () => peer.measure()]));
    const times = await alternate(11, works, 4);
    const memory = await contestants[0].peer.memory();
    return [stepRow(engine, device, size, times), memoryRow(engine, memory)];
  } finally {
    for (const { peer } of contestants) peer.end();
  }
}

function stepRow(
  engine: EngineName,
  device: 'cpu' | 'cuda',
  { width, side, batch }: Size,
  times: Readonly<Record<string, number[]>>,
): BenchRow {
  const peer = device === 'cuda' ? 'PyTorch on the GPU' : 'PyTorch, one thread each';
  const what = `training step, AutoEncoder width ${width}, batch ${batch}, ${side} px: ${engine} / ${peer}`;
  const goal = STEP_GOALS[engine];
  const goalText = goal === undefined ? '' : `at most ${goal}`;
  const own = median(times[engine]);
  if (times.torch === undefined) {
    return { what, measured: `${own.toFixed(0)} ms; no PyTorch (set GESTALT_PYTHON)`, goal: goalText };
  }
  const ratio = spread(times[engine].map((time, i) => time / times.torch[i]));
  const milliseconds = `${own.toFixed(0)} / ${median(times.torch).toFixed(0)} ms`;
  return {
    what,
    measured: `${ratioText(ratio)} (${milliseconds})`,
    goal: goalText,
    met: goal === undefined ? undefined : ratio.median <= goal,
  };
}

function memoryRow(engine: EngineName, gigabytes: number): BenchRow {
  const limited = !onGpu(engine);
  return {
    what: `memory of that process on ${engine}`,
    measured: `${gigabytes.toFixed(2)} GB`,
    goal: limited ? `below ${MEMORY_GOAL} GB` : '',
    met: limited ? gigabytes < MEMORY_GOAL : undefined,
  };
}

async function wholePass(): Promise<BenchRow> {
  const network = `AutoEncoder of width ${SMALL.width}`;
  return embeddedPass(await smallOnWasm(), { network, goal: PASS_SECONDS });
}

async function smallOnWasm(): Promise<ImageModel> {
  await useEngine({ name: 'wasm', quiet: true });
  return buildAutoEncoder({ architecture: 'autoencoder', width: SMALL.width, inputSize: SMALL.side }, 1);
}

async function camsOnWasm(): Promise<BenchRow> {
  const model = await smallOnWasm();
  const images = tf.randomNormal<tf.Rank.R4>([SMALL.batch, SMALL.side, SMALL.side, 3], 0, 1, 'float32', 1);
  const classes = Array.from({ length: SMALL.batch }, (_, i) => i % 16);
  const once = () => clocked(() => gradCam(model, images, { layer: 'down_blocks.0.2.relu3', classes }));
  await once();
  const seconds = median([await once(), await once(), await once()]) / 1000 / SMALL.batch;
  images.dispose();
  model.dispose();
  return {
    what: 'Grad-CAM of the shallow layer, AutoEncoder of width 16, 64 px on wasm, per image',
    measured: `${seconds.toFixed(3)} s`,
    goal: `at most ${CAM_SECONDS} s`,
    met: seconds <= CAM_SECONDS,
  };
}
