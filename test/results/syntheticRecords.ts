// Records for tests: real in form, made up in content.
import { RECORD_SCHEMA, type RunRecord } from '../../lib/results/record';

export interface SyntheticRun {
  spec?: string;
  variant?: string;
  subset?: string;
  seed?: number;
  profile?: string;
  /** Shares, 0..1. */
  original?: number;
  stylised?: number;
  shapeBias?: number;
}

/** What made-up records of all experiments have in common. */
export const RECORD_COMMON = {
  schema: RECORD_SCHEMA,
  profile: 'tiny',
  configHash: '1'.repeat(64),
  codeHash: '2'.repeat(64),
  dataName: 'Relief-16',
  dataHash: '3'.repeat(64),
  workers: 1,
  machine: { cpu: 'Test CPU', cores: 2, node: 'v20.0.0' },
  seconds: 90,
  date: '2026-01-02',
  seeds: { weights: 1, training: 2 },
  artifacts: [],
} as const;

/** A record of the Top-K training experiment with the given numbers. */
export function syntheticRecord(run: SyntheticRun = {}): RunRecord {
  const { spec = 'code', variant = 'none', subset = 's1', seed = 0, profile = 'tiny' } = run;
  const { original = 0.9, stylised = 0.4, shapeBias = 0.25 } = run;
  const share = (value: number, total: number): RunRecord['metrics'][string] => ({
    value,
    counts: { correct: Math.round(value * total), images: total },
    interval: [value - 0.05, value + 0.05],
  });
  return {
    ...RECORD_COMMON,
    experiment: 'topk-training',
    paper: 'topk',
    profile,
    cell: { id: `${spec}-${variant}--${subset}--seed${seed}`, seed, spec, variant, subset },
    config: { epochs: 2, model: { width: 16, classes: ['a', 'b'] } },
    engine: { name: 'wasm', family: 'wasm', version: '4.22.0' },
    curves: {
      epoch: [1, 2],
      loss: [2.1, 1.5],
      trainingAccuracy: [0.3, 0.6],
      originalAccuracy: [0.4, original],
    },
    metrics: {
      original: share(original, 300),
      stylised: share(stylised, 300),
      shapeBias: {
        value: shapeBias,
        counts: { shape: 25, texture: 75, conflictImages: 300, images: 300 },
        interval: [0.2, 0.3],
      },
    },
    command: 'npm run cell -- topk-training x --profile tiny',
  };
}

export type Gains = Partial<Record<'topk' | 'topk-mean', { original: number; stylised: number }>>;

/** A grid of two subsets and three seeds in which variants gain (in percentage points) on the plain network. */
export function syntheticGrid(gains: { code: Gains; paper: Gains; paperBonus?: number }): RunRecord[] {
  const none = { original: 0, stylised: 0 };
  return (['code', 'paper'] as const).flatMap((spec) =>
    (['none', 'topk', 'topk-mean'] as const).flatMap((variant) =>
      ['s1', 's2'].flatMap((subset) =>
        [0, 1, 2].map((seed) => {
          const gain = variant === 'none' ? none : (gains[spec][variant] ?? none);
          const base = (spec === 'paper' ? (gains.paperBonus ?? 5) : 0) + (seed - 1) * 0.5;
          return syntheticRecord({
            spec,
            variant,
            subset,
            seed,
            original: (70 + base + gain.original) / 100,
            stylised: (40 + base + gain.stylised) / 100,
          });
        }),
      ),
    ),
  );
}
