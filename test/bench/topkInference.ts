// Top-K at inference and texture synthesis: VGG-16 beside PyTorch, a texture on a small VGG, a sweep over shares of activations.
import * as tf from '@tensorflow/tfjs';
import { testTransform } from '../../lib/data/augment';
import { relief16 } from '../../lib/data/relief16/relief16';
import { inspectEngines, useEngine } from '../../lib/engine/engine';
import { fromRoot } from '../../lib/files';
import { buildAlexNet } from '../../lib/models/alexnet';
import type { ImageModel } from '../../lib/models/model';
import { PLACEMENTS } from '../../lib/models/placements';
import { sparsified } from '../../lib/models/sparsified';
import { buildVgg } from '../../lib/models/vgg';
import { synthesise } from '../../lib/synthesis/synthesise';
import { targetImage } from '../../lib/synthesis/targetImage';
import { textureLayers } from '../../lib/synthesis/textureNetwork';
import { predict } from '../../lib/train/evaluate';
import { type BenchRow, clocked, median, ratioText, spread } from './bench';
import { type Contestant, inTurn, torchOn } from './contestants';
import { Peer } from './peer';

const INFERENCE = { size: 224, batch: 8, threads: 1, rounds: 7, warmUps: 2, goal: 1.3 };
const SYNTHESIS = { width: 8, size: 64, fall: 100, steps: 100, seconds: 60 };
/** 75 images of each of the 16 classes are the 1,200 cue conflicts of the papers' figures. */
const SWEEP = { width: 8, size: 64, perClass: 75, shares: [50, 40, 30, 20, 10, 5], seconds: 240 };

export async function topkInference(): Promise<BenchRow[]> {
  const native = (await inspectEngines()).some(({ name, available }) => name === 'native' && available);
  const rows = native ? await wholeVgg() : [];
  await useEngine({ name: 'wasm', quiet: true });
  return [...rows, ...(await texture()), ...(await sweep())];
}

/** Against PyTorch as it comes, and as fast as it can be made: both count. */
async function wholeVgg(): Promise<BenchRow[]> {
  const { size, batch, threads, rounds, warmUps, goal } = INFERENCE;
  const settings = [threads, size, batch].map(String);
  const script = fromRoot('test/bench/vggPeer.ts');
  const ours = new Peer(process.execPath, ['--import', 'tsx', script, 'native', ...settings]);
  const torch = torchPeers(settings);
  const times = await inTurn([{ name: 'native', peer: ours }, ...torch], rounds, warmUps);
  const what = `inference, VGG-16, batch ${batch}, ${size} px: native / PyTorch, one thread each`;
  const own = median(times.native).toFixed(0);
  const goalText = `at most ${goal}`;
  if (torch.length === 0)
    return [{ what, measured: `${own} ms; no PyTorch (set GESTALT_PYTHON)`, goal: goalText }];
  return torch.map(({ name }) => {
    const ratio = spread(times.native.map((time, i) => time / times[name][i]));
    const measured = `${ratioText(ratio)} (${own} / ${median(times[name]).toFixed(0)} ms)`;
    return { what: `${what}, ${HOW[name]}`, measured, goal: goalText, met: ratio.median <= goal };
  });
}

/** How PyTorch runs, by the last argument of its script. */
const HOW: Readonly<Record<string, string>> = {
  plain: 'as it comes',
  tuned: 'with channels last and memory that is kept',
};

function torchPeers(settings: readonly string[]): Contestant[] {
  const python = torchOn('cpu');
  if (python === undefined) return [];
  const script = fromRoot('test/bench/torch_vgg.py');
  return Object.keys(HOW).map((name) => ({ name, peer: new Peer(python, [script, ...settings, name]) }));
}

async function texture(): Promise<BenchRow[]> {
  const { width, size, fall, steps, seconds: goal } = SYNTHESIS;
  const drawing = await (await relief16({ split: 'test', size, count: 1, seed: 0 })).image(0);
  const { values } = targetImage(drawing, size);
  const model = buildVgg(
    { architecture: 'vgg16', width, inputSize: size, classes: 16, pooling: 'average' },
    1,
  );
  const layers = textureLayers(model);
  const tensors = tf.memory().numTensors;
  const { first } = await synthesise(model, values, { layers, steps: 0 });
  const reached = new AbortController();
  const start = performance.now();
  const { best, steps: taken } = await synthesise(model, values, {
    layers,
    steps,
    signal: reached.signal,
    onStep({ report }) {
      if (report.best <= first / fall) reached.abort();
    },
  });
  const seconds = (performance.now() - start) / 1000;
  const leaked = tf.memory().numTensors - tensors;
  model.dispose();
  const what = `synthesis, VGG-16 width ${width}, ${size} px on wasm (one thread)`;
  const fell = best <= first / fall;
  return [
    {
      what: `${what}: until the loss is a hundredth`,
      measured: fell
        ? `${seconds.toFixed(1)} s (${taken} steps, to 1/${(first / best).toFixed(0)})`
        : `not in ${taken} steps`,
      goal: `at most ${goal} s`,
      met: fell && seconds <= goal,
    },
    { what: `${what}: tensors leaked`, measured: String(leaked), goal: '0', met: leaked === 0 },
  ];
}

/** Both networks with each share of their activations on all cue conflicts; rendering these does not count. */
async function sweep(): Promise<BenchRow[]> {
  const { width, size, perClass, shares, seconds: goal } = SWEEP;
  const source = await relief16({ split: 'test', size, count: perClass, seed: 0, variant: 'cue-conflict' });
  const spec = { width, inputSize: size, classes: 16 };
  const networks = {
    alexnet: buildAlexNet({ architecture: 'alexnet', stemStride: 2, ...spec }, 1),
    vgg16: buildVgg({ architecture: 'vgg16', ...spec }, 1),
  };
  const tensors = tf.memory().numTensors;
  const parts: string[] = [];
  let whole = 0;
  for (const [name, model] of Object.entries(networks)) {
    const seconds = (await clocked(() => underAll(name as keyof typeof networks, model))) / 1000;
    parts.push(`${name} ${seconds.toFixed(0)} s`);
    whole += seconds;
  }
  async function underAll(name: keyof typeof networks, model: ImageModel): Promise<void> {
    const transform = testTransform({ size, resize: 'fit' });
    await predict(model, source, transform);
    for (const share of shares) {
      const thinned = sparsified(model, { after: PLACEMENTS[name], fraction: share / 100 });
      await predict(thinned, source, transform);
      thinned.dispose();
    }
  }
  const leaked = tf.memory().numTensors - tensors;
  for (const model of Object.values(networks)) model.dispose();
  const what = `sweep on wasm: AlexNet and VGG-16 of width ${width}, ${size} px, ${shares.length + 1} shares of activations, ${source.count} cue conflicts`;
  return [
    {
      what,
      measured: `${whole.toFixed(0)} s (${parts.join(', ')})`,
      goal: `at most ${goal} s`,
      met: whole <= goal,
    },
    { what: 'sweep: tensors leaked', measured: String(leaked), goal: '0', met: leaked === 0 },
  ];
}
