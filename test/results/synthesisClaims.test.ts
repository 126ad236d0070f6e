import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Metric, RunRecord } from '../../lib/results/record';
import { overNetworks, synthesisRules } from '../../lib/results/synthesisClaims';
import { modeName, synthesisModes } from '../../lib/results/synthesisModes';
import { RECORD_COMMON } from './syntheticRecords';

const [structure, convergence] = synthesisRules;

function record(seed: number, metrics: Record<string, Metric>): RunRecord {
  return {
    ...RECORD_COMMON,
    experiment: 'texture-synthesis',
    paper: 'topk',
    cell: { id: `seed${seed}`, seed },
    config: {},
    engine: { name: 'native', family: 'native', version: '4.22.0' },
    curves: {},
    command: 'npm run cell',
    metrics,
  };
}

function spread(value: number, deviation: number, images = 8): Metric {
  return { value, counts: { images, deviation }, interval: null };
}

/** Three networks with these means of A, B and C, each with the spread of its targets. */
function structures(means: readonly number[], deviation = 0.02): RunRecord[] {
  const names = ['ownEdges.gram.all', 'lostEdges.gram.rest', 'lostEdgeStrength.gram.rest'];
  return [0, 1, 2].map((seed) =>
    record(seed, Object.fromEntries(names.map((name, i) => [name, spread(means[i], deviation)]))),
  );
}

/** Two networks of eight targets of which so many converged, by the name of the mode. */
function convergences(hits: (mode: string) => number, images = 8): RunRecord[] {
  const modes = synthesisModes([1, 10]).map(modeName);
  return [0, 1].map((seed) =>
    record(
      seed,
      Object.fromEntries(
        modes.map((mode) => [
          `converged.${mode}`,
          { value: null, counts: { hits: hits(mode), images }, interval: null },
        ]),
      ),
    ),
  );
}

test('networks are pooled with the spread of their targets', () => {
  const found = overNetworks(
    [record(0, { x: spread(0.2, 0.1, 4) }), record(1, { x: spread(0.4, 0.2, 16) })],
    'x',
  );
  assert.ok(found !== null && Math.abs(found.difference - 30) < 1e-9);
  // By hand: half of sqrt(10^2 / 4 + 20^2 / 16) points.
  assert.ok(Math.abs(found.contrast.standardError - Math.sqrt(50) / 2) < 1e-9);
  assert.equal(overNetworks([record(0, {})], 'x'), null);
});

test('R2: all parts above 0, some not there, none there, all open, nothing run', () => {
  const verdict = (records: RunRecord[]) => structure.judge(records).verdict;
  assert.equal(verdict(structures([0.1, 0.1, 0.1])), 'reproduced');
  assert.equal(verdict(structures([0.1, 0, 0.1])), 'mixed');
  assert.equal(verdict(structures([0, 0, -0.1])), 'not reproduced');
  assert.equal(verdict(structures([0.1, 0.03, 0.1], 0.2)), 'inconclusive');
  assert.equal(verdict([]), 'not run');
  const { summary, cells } = structure.judge(structures([0.1, 0, 0.1]));
  assert.match(summary, /A shown: .*by network \+10\.0 .*B refuted/);
  assert.deepEqual(cells, ['seed0', 'seed1', 'seed2']);
});

test('R3: the setting that agrees best decides', () => {
  const verdict = (hits: (mode: string) => number, images = 8) =>
    convergence.judge(convergences(hits, images)).verdict;
  const claimed = (mode: string): number => (mode.startsWith('match.rest') ? 8 : 0);
  assert.equal(verdict(claimed), 'reproduced');
  // As claimed on both sides with a step of 10 alone; all activations have no sides.
  assert.equal(
    verdict((mode) => (/rest\.both\.rate10/.test(mode) ? 8 : mode.includes('rest') ? 4 : 0)),
    'reproduced',
  );
  assert.equal(
    verdict((mode) => (mode.includes('top') ? 0 : 8)),
    'mixed',
  );
  assert.equal(
    verdict((mode) => (mode.includes('rest') ? 0 : 8)),
    'not reproduced',
  );
  assert.equal(
    verdict(() => 4),
    'inconclusive',
  );
  assert.equal(verdict(claimed, 0), 'not run');
  assert.equal(convergence.judge([]).verdict, 'not run');
});

test('R3: most is more than chance allows: 13 of 16, at the level of four settings', () => {
  const verdict = (first: number, second: number) => {
    const [a, b] = [first, second].map((count) =>
      convergences((mode) => (mode.includes('rest') ? count : 0)),
    );
    return convergence.judge([a[0], b[1]]).verdict;
  };
  assert.equal(verdict(7, 6), 'reproduced');
  assert.equal(verdict(6, 6), 'inconclusive');
});
