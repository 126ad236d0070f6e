import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { findSuppression } from '../../lib/distortions/suppressions';
import { biasClaims } from '../../lib/experiments/biasClaims';
import { biasMeasures, SUPPRESSION_PLAN } from '../../lib/experiments/biasMeasures';
import { resolveConfig } from '../../lib/experiments/experiment';
import { planGrid } from '../../lib/experiments/plan';
import { runCell } from '../../lib/experiments/runCell';
import { BIAS_MEASURES } from '../../lib/results/biasMeasureList';
import type { JsonObject, RunRecord } from '../../lib/results/record';
import { readRecord, recordFile } from '../../lib/results/record';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-bias-'));
test.after(() => fs.rmSync(root, { recursive: true, force: true }));

const SUPPRESSIONS = [{ name: 'grey', levels: ['1.0'] }];
const SHRUNK: JsonObject = {
  classes: ['airplane', 'car', 'clock', 'elephant'],
  mixtures: [{ id: 'classes-t50-c25', division: 'classes', shares: { texture: 0.5, colour: 0.25 } }],
  seeds: [1],
  imageSize: 32,
  width: 4,
  trainPerClass: 12,
  testPerClass: 4,
  epochs: 2,
  suppressions: SUPPRESSIONS,
};

function run(
  experiment: typeof biasMeasures | typeof biasClaims,
  id: string,
  overrides: JsonObject,
  folder: string,
): Promise<RunRecord> {
  return runCell(id, {
    experiment,
    profile: 'tiny',
    overrides,
    folder: path.join(root, folder),
    checkpointRoot: path.join(root, folder, 'checkpoints'),
    signal: new AbortController().signal,
  });
}

test('the grid: five shares of texture by classes, two by images, two with colour, five seeds each', async () => {
  const planned = await planGrid({ experiment: biasMeasures, profile: 'tiny', folder: root });
  assert.equal(planned.length, 45);
  const mixtures = new Set(planned.map(({ cell }) => cell.mixture));
  assert.deepEqual([...mixtures].sort(), [
    'classes-t0',
    'classes-t0-c100',
    'classes-t100',
    'classes-t25',
    'classes-t25-c50',
    'classes-t50',
    'classes-t75',
    'images-t25',
    'images-t75',
  ]);
  for (const { name, levels } of SUPPRESSION_PLAN) {
    const known = findSuppression(name).levels;
    assert.ok(
      levels.every((level) => known.includes(level)),
      name,
    );
  }
});

test('a cell trains a network and asks every measure; the same cell gives the same numbers', async () => {
  const record = await run(biasMeasures, 'classes-t50-c25--seed1', SHRUNK, 'first');
  assert.equal(record.metrics.toldApart.counts.images, 16);
  assert.deepEqual(
    ['shape', 'texture', 'colour'].map((cue) => record.metrics[`toldApart.${cue}`].counts.images),
    [4, 8, 4],
  );
  const filters = BIAS_MEASURES.filter(({ kind, metric }) => kind !== 'filter' || metric === 'area.grey');
  for (const { metric } of filters) assert.ok(metric in record.metrics, metric);
  assert.equal(record.artifacts.length, 1);
  const again = await run(biasMeasures, 'classes-t50-c25--seed1', SHRUNK, 'second');
  assert.deepEqual(again.metrics, record.metrics);
  assert.deepEqual(again.curves, record.curves);
});

test("the papers' networks: cells of three experiments, and those that a fourth keeps", async () => {
  const planned = await planGrid({ experiment: biasClaims, profile: 'tiny', folder: root });
  const count = (source: string): number => planned.filter(({ cell }) => cell.source === source).length;
  assert.deepEqual(
    ['locnet', 'topk-training', 'locnet-reflection', 'topk-inference'].map(count),
    [10, 24, 4, 10],
  );
  const locnet = planned.find(({ cell }) => cell.id === 'locnet-joint--seed2')!;
  const own = readRecord(recordFile('tiny', 'locnet', 'joint--seed2'));
  assert.deepEqual((locnet.config.network as { config: unknown }).config, own.config);
});

test('other seeds are taken for every network that is trained; a kept one has its own', () => {
  const ids = (seeds: number[]): string[] =>
    biasClaims
      .cells(resolveConfig(biasClaims, 'tiny', { seeds }))
      .filter(({ source, variant }) => source !== 'topk-training' && variant !== 'vgg16')
      .map(({ id }) => id);
  assert.deepEqual(ids([7]), [
    'locnet-joint--seed7',
    'locnet-baseline--seed7',
    'locnet-reflection-transformer--seed7',
    'locnet-reflection-transformer-class--seed7',
  ]);
  assert.ok(ids([1]).includes('alexnet-top5--seed1'));
});

test('a kept network is read, thinned out and measured', async () => {
  const overrides = { images: 32, suppressions: SUPPRESSIONS };
  const whole = await run(biasClaims, 'alexnet-top100--seed1', overrides, 'kept');
  const thin = await run(biasClaims, 'alexnet-top5--seed1', overrides, 'kept');
  const [more, less] = [whole, thin].map(({ metrics }) => metrics.original.value as number);
  assert.ok(more > 0.6 && less < more, `${more}, ${less}`);
  assert.deepEqual(whole.curves, {});
});
