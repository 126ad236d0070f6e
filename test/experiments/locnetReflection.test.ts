import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { Interrupted } from '../../lib/experiments/experiment';
import { locNet } from '../../lib/experiments/locnet';
import { locNetReflection } from '../../lib/experiments/locnetReflection';
import { readPaintedPictures } from '../../lib/results/locnetPictures';
import type { JsonObject, RunRecord } from '../../lib/results/record';
import { SHRUNK, shrunkRuns } from './shrunkRuns';

const OVERRIDES: JsonObject = {
  ...SHRUNK,
  hgru: { width: 2, steps: 2 },
  transformer: { width: 8, blocks: 1, heads: 2, hidden: 8 },
  masks: { epochs: 2 },
};

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-locnet-reflection-'));
test.after(() => fs.rmSync(root, { recursive: true, force: true }));

const run = shrunkRuns(locNetReflection, OVERRIDES, root);

const numberOf = (record: RunRecord, metric: string): number => record.metrics[metric].value as number;

test('the grid: every idea with two seeds, on LocNet’s data, trained alike but for what the idea changes', () => {
  const { config } = locNetReflection.profiles.tiny;
  const cells = locNetReflection.cells(config);
  assert.equal(cells.length, 2 * config.variants.length);
  const configOf = (variant: string) =>
    locNetReflection.cellConfig(config, { id: variant, seed: 1, variant });
  const joint = configOf('joint');
  const own = locNet.cellConfig(locNet.profiles.tiny.config, { id: 'joint', seed: 1, variant: 'joint' });
  const { paints, masks, ...training } = joint;
  const { epochs, batchSize, rate, optimizer } = config;
  assert.deepEqual(training, { ...own, epochs, batchSize, rate, optimizer, loss: { ...own.loss, beta: 20 } });
  assert.deepEqual([paints, masks], ['depth', config.masks]);
  assert.deepEqual(configOf('image'), {
    ...joint,
    masks: null,
    paints: 'image',
    model: { ...joint.model, paints: 'image' },
  });
  assert.equal(configOf('dropout').model.encoderDropout, config.encoderDropout);
  assert.deepEqual(configOf('hgru-class').model, configOf('hgru').model);
  assert.equal(configOf('transformer-class').loss.beta, 0);
  assert.deepEqual(configOf('unannealed').loss, { ...joint.loss, annealing: 'none', restEpochs: 0 });
});

test('a search for sub-networks that is interrupted ends with the same numbers', async () => {
  const whole = await run('joint--seed1', 'whole');
  const controller = new AbortController();
  const report = (line: string): undefined => {
    if (line.startsWith('masks for class')) controller.abort();
  };
  await assert.rejects(run('joint--seed1', 'cut', { signal: controller.signal, report }), Interrupted);
  const resumed = await run('joint--seed1', 'cut');
  assert.deepEqual([resumed.curves, resumed.metrics], [whole.curves, whole.metrics]);
  assert.deepEqual(resumed.artifacts, whole.artifacts);
});

test('masks keep a counted part of the encoder, and the network itself stays as it was', async () => {
  const record = await run('joint--seed1', 'whole');
  const { kept, weights } = record.metrics['kept.class'].counts;
  assert.ok(kept > 0 && kept <= weights);
  assert.equal(numberOf(record, 'kept.class'), kept / weights);
  const stages = ['stem', 'stage1', 'stage2', 'stage3', 'stage4'];
  const counted = stages.map((stage) => record.metrics[`kept.class.${stage}`].counts);
  assert.equal(
    counted.reduce((sum, counts) => sum + counts.weights, 0),
    weights,
  );
  assert.equal(
    counted.reduce((sum, counts) => sum + counts.kept, 0),
    kept,
  );
  assert.ok(numberOf(record, 'depthError.whole') <= numberOf(record, 'depthError'), 'clamped');
  assert.equal(numberOf(record, 'accuracy.whole'), record.curves.testAccuracy.at(-1));
  for (const part of ['class', 'depth', 'withoutClass', 'withoutDepth']) {
    assert.ok(numberOf(record, `accuracy.${part}`) >= 0 && numberOf(record, `depthError.${part}`) > 0);
  }
});

test('a network that paints the image is measured by the image, and keeps pictures in colour', async () => {
  const record = await run('image--seed1', 'whole');
  assert.ok(numberOf(record, 'imageError') > 0 && !('depthError' in record.metrics));
  assert.equal(record.curves.testSquaredError.length, 2);
  assert.ok(!('kept.class' in record.metrics));
  const pictures = readPaintedPictures(record, path.join(root, 'whole'));
  assert.equal(pictures?.painted.length, 6);
});

test('another encoder is trained and answers the 17 sets; without depth, what it would paint is not measured', async () => {
  const [recurrent, attentive] = [
    await run('hgru--seed2', 'whole'),
    await run('transformer-class--seed1', 'whole'),
  ];
  for (const { metrics } of [recurrent, attentive]) {
    assert.equal(Object.keys(metrics).filter((name) => name.startsWith('top1.')).length, 17);
    assert.ok('shapeBias' in metrics);
  }
  assert.ok('depthError' in recurrent.metrics && !('depthError' in attentive.metrics));
  assert.ok(!attentive.artifacts.some(({ file }) => file.endsWith('pictures.json')));
});
