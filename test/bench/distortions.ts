// Distortions against the papers' recipe in Python, one image at a time on one core, and a whole set of stimuli on all cores.
import * as fs from 'node:fs';
import { endPreparation, prepare } from '../../lib/benchmark/preparation';
import { openDataset } from '../../lib/benchmark/stimuli';
import type { FloatImage } from '../../lib/distortions/image';
import { distort, type ParametricSetName } from '../../lib/distortions/levels';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';
import { pythonWith } from '../python';
import { alternate, type BenchRow, clocked, median } from './bench';
import { Peer } from './peer';

const ROUNDS = 15;
const STIMULI = process.env.GESTALT_STIMULI ?? fromRoot('..', 'shared', 'data', 'stimuli');
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
  const peer = new Peer(python, [fromRoot('test/bench/distortions_peer.py'), work, condition]);
  await peer.ready();
  const ours = (): Promise<number> => clocked(() => distort(image, set, condition, 1));
  const { first, second, ratio } = await alternate(ROUNDS, ours, () => peer.measure(), 10);
  peer.end();
  return {
    what: `${set} ${condition}, 224 px, ours / Python`,
    measured: `${ratio.toFixed(2)} (${median(first).toFixed(1)} / ${median(second).toFixed(1)} ms)`,
    goal: 'at most 1',
    met: ratio <= 1,
  };
}

async function wholeSet(python: string): Promise<BenchRow[]> {
  const what =
    '160 PNG stimuli of 224 px decoded, uniform noise, batched: images a second, ours on all cores / Python';
  const goal = 'at least 2';
  const folder = `${STIMULI}/silhouette`;
  if (!fs.existsSync(folder)) return [{ what, measured: 'not measured: the stimuli are missing', goal }];
  const set = openDataset(folder, 'silhouette');
  const ours = (): Promise<number> =>
    clocked(async () => {
      const batches: Promise<Float32Array>[] = [];
      for (let start = 0; start < set.count; start += 32) {
        const indices = Array.from({ length: Math.min(32, set.count - start) }, (_, i) => start + i);
        const pictures = indices.map(async (seed) => ({
          picture: await set.image(seed),
          distortion: { set: 'uniform-noise', condition: '0.1', seed } as const,
        }));
        batches.push(Promise.all(pictures).then((ready) => prepare(ready, { size: 224, resize: 'fit' })));
      }
      await Promise.all(batches);
    });
  const peer = new Peer(python, [fromRoot('test/bench/distortions_peer.py'), 'stimuli', folder]);
  await peer.ready();
  const { first, second, ratio } = await alternate(5, () => peer.measure(), ours, 2);
  peer.end();
  await endPreparation();
  const rate = (times: number[]): string => ((1000 * set.count) / median(times)).toFixed(0);
  return [
    { what, measured: `${ratio.toFixed(2)} (${rate(second)} / ${rate(first)})`, goal, met: ratio >= 2 },
  ];
}
