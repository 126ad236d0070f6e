// Suppressions against OpenCV, numpy, scipy and scikit-image on one thread each, one picture at a time; in time of the processor, since on
// a shared machine the clock also counts the work of others.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { ByteImageLike } from '../../lib/distortions/image';
import { type SuppressionName, suppress } from '../../lib/distortions/suppressions';
import { fromRoot } from '../../lib/files';
import { Random } from '../../lib/random';
import { pythonWith } from '../python';
import { alternate, type BenchRow, median, medianRatio } from './bench';
import { Peer } from './peer';

const SIDE = 224;
const ROUNDS = 9;
const WARM_UPS = 4;

type Library = 'OpenCV' | 'scipy';
/** A suppression at a level, pictures in a row, and what it is measured against: `scipy` stands for scikit-image where scipy has none. */
const CASES: readonly [SuppressionName, string, number, Library][] = [
  ['patch-shuffle', '2', 200, 'OpenCV'],
  ['patch-shuffle', '8', 100, 'OpenCV'],
  ['patch-shuffle', '16', 50, 'OpenCV'],
  ['patch-rotation', '2', 50, 'OpenCV'],
  ['patch-rotation', '10', 20, 'OpenCV'],
  ['patch-rotation', '16', 20, 'OpenCV'],
  ['bilateral', 'd4-s50', 20, 'OpenCV'],
  ['bilateral', 'd8-s110', 10, 'OpenCV'],
  ['bilateral', 'd14-s200', 5, 'OpenCV'],
  ['bilateral', 'd4-s50', 1, 'scipy'],
  ['gaussian-blur', 'k3-s0.33', 100, 'OpenCV'],
  ['gaussian-blur', 'k5-s0.66', 100, 'OpenCV'],
  ['gaussian-blur', 'k7-s1', 100, 'OpenCV'],
  ['gaussian-blur', 'k15-s2.33', 50, 'OpenCV'],
  ['gaussian-blur', 'k15-s2.33', 20, 'scipy'],
  ['non-local-means', '5', 1, 'OpenCV'],
  ['non-local-means', '25', 1, 'OpenCV'],
  ['non-local-means', '25', 1, 'scipy'],
  ['grey', '0.4', 50, 'OpenCV'],
  ['channel-shuffle', '1', 200, 'OpenCV'],
];

export async function suppressions(): Promise<BenchRow[]> {
  const python = pythonWith('cv2, scipy, skimage');
  if (python === undefined) {
    const measured = 'not measured: no Python with OpenCV, scipy and scikit-image';
    return [{ what: 'suppressions against OpenCV', measured, goal: 'at most 1' }];
  }
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'suppressions-'));
  const file = path.join(folder, 'picture');
  const picture = drift();
  fs.writeFileSync(file, picture.data);
  const rows: BenchRow[] = [];
  for (const given of CASES) rows.push(await onePicture(python, picture, file, ...given));
  fs.rmSync(folder, { recursive: true });
  return rows;
}

async function onePicture(
  python: string,
  picture: ByteImageLike,
  file: string,
  ...[suppression, level, inARow, library]: (typeof CASES)[number]
): Promise<BenchRow> {
  const script = fromRoot('test/bench/suppressions_peer.py');
  const peer = new Peer(python, [script, suppression, level, library, String(inARow), file]);
  await peer.ready();
  // Python's libraries take memory that they have just freed; so do ours when it is given to them.
  const target = new Uint8Array(picture.data.length);
  const ours = async (): Promise<number> => {
    const start = process.cpuUsage();
    for (let seed = 0; seed < inARow; seed++) suppress(picture, { suppression, level, seed }, target);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  };
  const times = await alternate(ROUNDS, { ours, theirs: () => peer.measure() }, WARM_UPS);
  peer.end();
  const ratio = medianRatio(times.ours, times.theirs);
  const milliseconds = [times.ours, times.theirs].map((list) => (median(list) / inARow).toFixed(3));
  return {
    what: `${suppression} ${level}, ${SIDE} px, ours / ${nameOf(suppression, library)}`,
    measured: `${ratio.toFixed(2)} (${milliseconds.join(' / ')} ms)`,
    goal: 'at most 1',
    met: ratio <= 1,
  };
}

function nameOf(suppression: SuppressionName, library: Library): string {
  if (library === 'scipy') return suppression === 'gaussian-blur' ? 'scipy' : 'scikit-image';
  return suppression.includes('shuffle') ? 'numpy' : 'OpenCV';
}

/** Bytes that drift: neighbours are alike, as in photographs. */
function drift(): ByteImageLike {
  const random = new Random(1);
  const data = new Uint8Array(SIDE * SIDE * 3);
  let value = 128;
  for (let i = 0; i < data.length; i++) {
    value = Math.max(0, Math.min(255, value + random.integer(21) - 10));
    data[i] = value;
  }
  return { width: SIDE, height: SIDE, channels: 3, data };
}
