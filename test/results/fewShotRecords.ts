// Made-up records of few-shot-gan.
import type { Metric, RunRecord } from '../../lib/results/record';
import { RECORD_COMMON } from './syntheticRecords';

/** Natural logarithm of the Fréchet distance of a cell. */
export type LogDistance = (set: string, sparsity: string, noise: string) => number;

const plain = (value: number, images = 300): Metric => ({
  value,
  counts: { images, references: 100 },
  interval: null,
});

/** Sets a, b and c with three seeds, which lie `spread` below, at and above the cell's logarithm. */
export function fewShotRecords(logOf: LogDistance, spread = 0.02, sets = ['a', 'b', 'c']): RunRecord[] {
  return [1, 2, 3].flatMap((seed) =>
    sets.flatMap((set) =>
      ['none', 'top5', 'top15'].flatMap((sparsity) =>
        ['off', 'on'].map((noise): RunRecord => {
          const distance = Math.exp(logOf(set, sparsity, noise) + (seed - 2) * spread);
          const names = ['halfContrast', 'batchNorms', 'bestOfThree', 'allThree'];
          return {
            ...RECORD_COMMON,
            experiment: 'few-shot-gan',
            paper: 'topk',
            cell: {
              id: `${set}--${sparsity}--noise-${noise}--seed${seed}`,
              seed,
              subset: set,
              sparsity,
              noise,
            },
            config: { networks: { kind: 'own' }, training: { batchSize: 8 } },
            engine: { name: 'native', family: 'native', version: '4.22.0' },
            curves: {
              iteration: [50, 100],
              generator: [0.1, 0.2],
              frechet: [2 * distance, distance],
              frechetReport: [distance / 5, distance / 10],
            },
            metrics: {
              frechet: { ...plain(distance), interval: [0.9 * distance, 1.1 * distance] },
              kernel: plain(distance / 30),
              novelty: plain(0.8),
              ...Object.fromEntries(names.map((name, i) => [`frechet.${name}`, plain(distance / (i + 1))])),
              'frechet.untrained': plain(10 * distance, 100),
              'frechet.last': plain(1.2 * distance, 100),
              'frechet.bestOfRun': plain(1.1 * distance, 100),
              'frechet.report': plain(distance / 10, 100),
              ...(noise === 'on'
                ? { 'noise.feat_8.noise1': plain(0.1), 'noise.feat_32.noise2': plain(0.02) }
                : {}),
            },
            command: 'npm run cell',
          };
        }),
      ),
    ),
  );
}
