import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Metric, RunRecord } from '../../lib/results/record';
import {
  conditionName,
  conditionsOf,
  halvings,
  readPublishedInference,
  slope,
  slopesOf,
} from '../../lib/results/topkInference';
import { topKInferenceRules } from '../../lib/results/topkInferenceClaims';
import { RECORD_COMMON } from './syntheticRecords';

const PERCENTS = [100, 50, 40, 30, 20, 10, 5];
const [rule] = topKInferenceRules;

/** Decisions for shape and texture of 1,200 conflicts, by the number of halvings. */
type Decisions = (halvings: number, seed: number) => { shape: number; texture: number };

function record(network: string, seed: number, decisions: Decisions): RunRecord {
  const metrics = Object.fromEntries(
    PERCENTS.map((percent): [string, Metric] => {
      const condition = { kept: percent === 100 ? 'all' : 'top', percent } as const;
      const { shape, texture } = decisions(halvings(condition), seed);
      const counts = { shape, texture, conflictImages: 1200, images: 1200 };
      const value = shape + texture === 0 ? null : shape / (shape + texture);
      return [`shapeBias.${conditionName(condition)}`, { value, counts, interval: null }];
    }),
  );
  return {
    ...RECORD_COMMON,
    experiment: 'topk-inference',
    paper: 'topk',
    cell: { id: `${network}--seed${seed}`, seed, network },
    config: {},
    engine: { name: 'native', family: 'native', version: '4.22.0' },
    curves: {},
    command: 'npm run cell',
    metrics,
  };
}

function verdictOf(decisions: Decisions, seeds = [1, 2, 3, 4, 5]): string {
  const records = ['alexnet', 'vgg16'].flatMap((network) =>
    seeds.map((seed) => record(network, seed, decisions)),
  );
  return rule.judge(records).verdict;
}

test('a slope is that of least squares', () => {
  assert.equal(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
    2,
  );
  // By hand: x - 2 = -2, -1, 3; y - 2 = -2, 1, 1; 6 / 14.
  assert.ok(
    Math.abs(
      slope([
        [0, 0],
        [1, 3],
        [5, 3],
      ]) -
        6 / 14,
    ) < 1e-12,
  );
  assert.throws(() => slope([[0, 1]]), /two points/);
});

test('conditions are found in the metrics, all activations first', () => {
  const one = record('alexnet', 1, () => ({ shape: 1, texture: 1 }));
  assert.deepEqual(conditionsOf([one], 'top').map(conditionName), [
    'all',
    ...PERCENTS.slice(1).map((percent) => `top${percent}`),
  ]);
  assert.deepEqual(conditionsOf([one], 'rest').map(conditionName), ['all']);
  const [points] = slopesOf(
    [record('alexnet', 1, (x) => ({ shape: 60 + 12 * x, texture: 600 }))],
    'alexnet',
    ({ counts }) => counts.shape / 1200,
  );
  assert.ok(Math.abs(points - 1) < 1e-9, 'one point of 1,200 images a halving');
});

test('R1: more shape, the same, random answers, and too few seeds', () => {
  const wobble = (seed: number): number => (seed % 3) - 1;
  assert.equal(
    verdictOf((x, seed) => ({ shape: 100 + 40 * x + wobble(seed), texture: 600 - 100 * x })),
    'reproduced',
  );
  assert.equal(
    verdictOf((x, seed) => ({ shape: 100 + wobble(seed), texture: 600 + wobble(seed) * x })),
    'not reproduced',
  );
  assert.equal(
    verdictOf((x, seed) => ({ shape: 120 - 10 * x + wobble(seed), texture: 600 - 120 * x })),
    'mixed',
    'the fraction rises because texture decisions vanish, but no more are for the shape',
  );
  assert.equal(
    verdictOf((x) => ({ shape: 100 + 40 * x, texture: 600 }), [1]),
    'not run',
  );
});

test('the published values are those of the spec, and AlexNet falls at its last step', () => {
  const { rows, conflictImages } = readPublishedInference();
  assert.equal(conflictImages, 1200);
  const bias = (network: string, percent: number, kept = 'top'): number => {
    const { shape, texture } = rows.find(
      (row) => row.network === network && row.percent === percent && row.kept === kept,
    )!;
    return Number((shape / (shape + texture)).toFixed(4));
  };
  assert.deepEqual([bias('alexnet', 100), bias('alexnet', 10), bias('alexnet', 5)], [0.2394, 0.7195, 0.6305]);
  assert.deepEqual([bias('vgg16', 100), bias('vgg16', 5)], [0.0795, 0.5842]);
  assert.equal(bias('alexnet', 5, 'rest'), 0.1601);
  assert.match(
    rule.judge(
      ['alexnet', 'vgg16'].flatMap((network) =>
        [1, 2].map((seed) => record(network, seed, (x) => ({ shape: 100 + x, texture: 600 }))),
      ),
    ).summary,
    /in the report's figure −8\.0/,
  );
});
