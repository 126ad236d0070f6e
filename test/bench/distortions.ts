// Distortions against the papers' recipe in Python, one image at a time on one core, and a whole set of stimuli on all cores.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { preparedBatches } from '../../lib/benchmark/preparedBatches';
import { openDataset, type StimulusSet } from '../../lib/benchmark/stimuli';
import { endPreparation } from '../../lib/data/preparation/preparation';
import type { FloatImage } from '../../lib/distortions/image';
import { distort, type ParametricSetName } from '../../lib/distortions/levels';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';
import { pythonWith } from '../python';
import { alternate, type BenchRow, clocked, median, medianRatio } from './bench';
import { Peer } from './peer';

const ROUNDS = 15;
/** Images come in sets: a single one would measure how long a process takes to wake up. */
const IMAGES_IN_A_ROW = 20;
/** V8 compiles a kernel of WebAssembly anew when it has run for some hundred images. */
const WARM_UPS = 40;
const STIMULI = process.env.GESTALT_STIMULI ?? fromRoot('..', 'shared', 'data', 'stimuli');
const PNG_SETS = ['edge', 'silhouette'];
/** A set with one of its conditions, and what the Python side takes for it. */
const CASES: readonly [ParametricSetName, string, string][] = [
  ['colour', 'bw', 'greyscale'],
  ['uniform-noise', '0.1', 'uniform-noise'],
  ['low-pass', '1', 'low-pass'],
  ['low-pass', '3', 'low-pass'],
  ['low-pass', '10', 'low-pass'],
  ['low-pass', '40', 'low-pass'],
  ['high-pass', '1.5', 'high-pass'],
  ['phase-scrambling', '90', 'phase-scrambling'],
  ['power-equalisation', 'pow', 'power-equalisation'],
];

export async function distortions(): Promise<BenchRow[]> {
  const python = pythonWith('scipy, skimage, PIL');
  if (python === undefined) {
    return [
      {
        what: 'distortions against Python',
        measured: 'not measured: no Python with scipy, scikit-image and Pillow',
        goal: 'at most 1',
      },
    ];
  }
  const rows: BenchRow[] = [];

  for (const [set, condition, work] of CASES) rows.push(await oneImage(python, set, condition, work));
  rows.push(...(await wholeSet(python)));
  return rows;
}

async function oneImage(
  python: string,
  set: ParametricSetName,
  condition: string,
  work: string,
): Promise<BenchRow> {
  const random = new Random(1);
  const data = Float32Array.from({ length: 224 * 224 * 3 }, () => random.integer(256) / 255);
  const image: FloatImage = { width: 224, height: 224, channels: 3, data };
  const peer = new Peer(python, [
    fromRoot('test/bench/distortions_peer.py'),
    work,
    condition,
    String(IMAGES_IN_A_ROW),
  ]);
  await peer.ready();
  const works = {
    ours: () =>
      clocked(async () => {
        for (let i = 0; i < IMAGES_IN_A_ROW; i++) await distort(image, set, condition, 1);
      }),
    python: () => peer.measure(),
  };
  const { ours, python: theirs } = await alternate(ROUNDS, works, WARM_UPS);
  peer.end();
  const ratio = medianRatio(ours, theirs);
  const milliseconds = [ours, theirs].map((times) => (median(times) / IMAGES_IN_A_ROW).toFixed(2));
  return {
    what: `${set} ${condition}, 224 px, ours / Python`,
    measured: `${ratio.toFixed(2)} (${milliseconds.join(' / ')} ms)`,
    goal: 'at most 1',
    met: ratio <= 1,
  };
}

async function wholeSet(python: string): Promise<BenchRow[]> {
  const what =
    '320 PNG stimuli of 224 px (edge, silhouette) decoded, uniform noise, batched: images a second, ours on all cores / Python';
  const goal = 'at least 2';
  if (!PNG_SETS.every((name) => fs.existsSync(path.join(STIMULI, name))))
    return [{ what, measured: 'not measured: the stimuli are missing', goal }];
  const sets = PNG_SETS.map((name) => noisy(openDataset(path.join(STIMULI, name), name)));
  const count = sets.reduce((sum, set) => sum + set.count, 0);
  const preparation = (): Promise<number> =>
    clocked(async () => {
      let prepared = 0;
      for await (const { start, end } of preparedBatches(sets, { size: 224, resize: 'fit' }, 32))
        prepared += end - start;
      if (prepared !== count) throw new Error(`Only ${prepared} of ${count} images came.`);
    });
  const peer = new Peer(python, [fromRoot('test/bench/distortions_peer.py'), 'stimuli', STIMULI, '1']);
  await peer.ready();
  const works = { ours: preparation, python: () => peer.measure() };
  const { ours, python: theirs } = await alternate(ROUNDS, works, 5);
  peer.end();
  const ratio = medianRatio(theirs, ours);
  await endPreparation();
  const rate = (times: number[]): string => ((1000 * count) / median(times)).toFixed(0);
  return [{ what, measured: `${ratio.toFixed(2)} (${rate(ours)} / ${rate(theirs)})`, goal, met: ratio >= 2 }];
}

/** Each image of a set under uniform noise of its own. */
function noisy(set: StimulusSet): StimulusSet {
  const distortion = (seed: number) => ({ set: 'uniform-noise', condition: '0.1', seed }) as const;
  return { ...set, distorted: { original: set.image, distortion } };
}
