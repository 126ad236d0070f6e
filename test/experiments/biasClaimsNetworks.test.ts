import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { testTransform } from '../../lib/data/augment';
import type { ClassName } from '../../lib/data/relief16/classes';
import { relief16 } from '../../lib/data/relief16/relief16';
import type { MeasuredNetwork } from '../../lib/experiments/biasClaimsConfig';
import { openNetwork } from '../../lib/experiments/biasClaimsNetworks';
import { useCellEngine } from '../../lib/experiments/cellEngine';
import { type CellContext, resolveConfig } from '../../lib/experiments/experiment';
import { locNet } from '../../lib/experiments/locnet';
import { locNetReflection } from '../../lib/experiments/locnetReflection';
import { runTopKCell } from '../../lib/experiments/topkCell';
import { topKTraining } from '../../lib/experiments/topkTraining';
import { buildTransformerAutoEncoder } from '../../lib/models/transformerAutoEncoder';
import { accuracy, predict } from '../../lib/train/evaluate';
import { SHRUNK, SHRUNK_TOPK } from './shrunkRuns';

const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-networks-'));
test.after(() => fs.rmSync(root, { recursive: true, force: true }));

function context(name: string): CellContext {
  const folder = path.join(root, name);
  fs.mkdirSync(folder, { recursive: true });
  return {
    inputs: {},
    signal: new AbortController().signal,
    checkpoints: folder,
    artifact: () => {
      throw new Error('Nothing is written beside a record that is not its own.');
    },
    report: () => undefined,
  };
}

test('a network of topk-training is the one that its own cell judges', async () => {
  await useCellEngine({ name: 'wasm' });
  const own = resolveConfig(topKTraining, 'tiny', SHRUNK_TOPK);
  const config = topKTraining.cellConfig(own, topKTraining.cells(own)[0]);
  const network: MeasuredNetwork = { kind: 'topk-training', cell: 'made', config };
  const { model, trained } = await openNetwork(network, context('topk'));
  const { metrics, curves } = await runTopKCell(config, context('again'));
  assert.deepEqual(trained?.curves, curves);
  const { seed, testPerClass } = own.data as { seed: number; testPerClass: number };
  const size = config.model.inputSize;
  const images = await relief16({
    split: 'test',
    size,
    seed,
    count: testPerClass,
    classes: config.classes as ClassName[],
  });
  const found = await predict(model, images, testTransform({ size, resize: 'fit' }));
  assert.equal(accuracy(found), metrics.original.value);
  model.dispose();
});

test('a network of LocNet keeps nothing beside a record that is not its own', async () => {
  await useCellEngine({ name: 'wasm' });
  const own = resolveConfig(locNet, 'tiny', SHRUNK);
  const joint = locNet.cells(own).find(({ variant }) => variant === 'joint')!;
  const network: MeasuredNetwork = { kind: 'locnet', cell: joint.id, config: locNet.cellConfig(own, joint) };
  const { model, trained } = await openNetwork(network, context('locnet'));
  assert.equal(trained?.curves.epoch.length, own.epochs);
  assert.ok(model.parameters().length > 0);
  model.dispose();
});

test('a transformer of locnet-reflection is the one that was trained', async () => {
  await useCellEngine({ name: 'wasm' });
  const transformer = { width: 8, blocks: 1, heads: 2, hidden: 8 };
  const own = resolveConfig(locNetReflection, 'tiny', { ...SHRUNK, transformer });
  const cell = locNetReflection.cells(own).find(({ variant }) => variant === 'transformer-class')!;
  const config = locNetReflection.cellConfig(own, cell);
  const network: MeasuredNetwork = { kind: 'locnet-reflection', cell: cell.id, config };
  const { model, trained } = await openNetwork(network, context('transformer'));
  const untrained = buildTransformerAutoEncoder(config.model, trained?.seeds.weights ?? 0);
  const [first, before] = [model, untrained].map((one) => one.parameters()[0].variable.dataSync());
  assert.notDeepEqual(first, before);
  assert.equal(trained?.curves.epoch.length, own.epochs);
  model.dispose();
  untrained.dispose();
});

test('a kept network that is missing is named, with the command that makes it', async () => {
  const network: MeasuredNetwork = {
    kind: 'topk-inference',
    file: 'data/records/tiny/topk-inference/artifacts/none.safetensors',
    model: { architecture: 'alexnet' },
    after: [],
    kept: 1,
  };
  await assert.rejects(
    openNetwork(network, context('none')),
    /none\.safetensors is missing: .* npm run reproduce -- topk-inference/,
  );
});
