// What is mutated, and the tests that must notice: none needs ../shared, so that the result is that of a clean clone.

export interface Area {
  readonly mutate: readonly string[];
  readonly tests: readonly string[];
}

/** By the name that `npm run mutate -- <area>` takes. */
export const AREAS: Readonly<Record<string, Area>> = {
  statistics: {
    mutate: ['lib/results/statistics.ts', 'lib/results/proportion.ts', 'lib/results/bootstrap.ts'],
    tests: ['test/results/statistics.test.ts'],
  },
  claims: {
    mutate: [
      'lib/results/claims.ts',
      'lib/results/comparisons.ts',
      'lib/results/verdicts.ts',
      'lib/results/topkClaims.ts',
      'lib/results/topkEarlierRules.ts',
    ],
    tests: [
      'test/results/comparisons.test.ts',
      'test/results/earlierRules.test.ts',
      'test/results/claimThresholds.test.ts',
      'test/results/claims.test.ts',
    ],
  },
  records: {
    mutate: [
      'lib/results/canonical.ts',
      'lib/results/check.ts',
      'lib/results/record.ts',
      'lib/results/lookUp.ts',
      'lib/results/equalCode.ts',
      'lib/results/tables.ts',
    ],
    tests: [
      'test/results/check.test.ts',
      'test/results/record.test.ts',
      'test/results/equalCode.test.ts',
      'test/results/tables.test.ts',
    ],
  },
  benchmark: {
    mutate: [
      'lib/benchmark/metrics.ts',
      'lib/benchmark/consistency.ts',
      'lib/benchmark/responses.ts',
      'lib/benchmark/resampling.ts',
      'lib/benchmark/setResult.ts',
      'lib/benchmark/scores.ts',
      'lib/benchmark/outputs.ts',
    ],
    tests: [
      'test/benchmark/metrics.test.ts',
      'test/benchmark/outputs.test.ts',
      'test/benchmark/arrangement.test.ts',
      'test/benchmark/smallTrials.test.ts',
      'test/benchmark/setResult.test.ts',
      'test/benchmark/trials.test.ts',
      'test/train/decisions.test.ts',
    ],
  },
  objectives: {
    mutate: ['lib/objectives/*.ts'],
    tests: ['test/objectives/objectives.test.ts'],
  },
  ops: {
    mutate: ['lib/ops/*.ts'],
    tests: [
      'test/ops/topK.test.ts',
      'test/ops/topKMean.test.ts',
      'test/ops/momentumUpdate.test.ts',
      'test/ops/movingAverage.test.ts',
      'test/ops/convolution.test.ts',
      'test/ops/batchNorm.test.ts',
    ],
  },
  safetensors: {
    mutate: ['lib/models/safetensors.ts', 'lib/models/safetensorsHeader.ts', 'lib/models/dtypes.ts'],
    tests: ['test/models/safetensors.test.ts'],
  },
  augment: {
    mutate: ['lib/data/augment.ts'],
    tests: ['test/data/augment.test.ts'],
  },
};
