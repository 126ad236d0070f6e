// Networks and trials with other labels than the 16 categories.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { categoryOf, labelNotes, readLabels, writeLabelsExample } from '../../lib/benchmark/labels';
import { outputsOf } from '../../lib/benchmark/outputs';
import { saveModel } from '../../lib/benchmark/saveModel';
import { readTrialFolder } from '../../lib/benchmark/trialFiles';
import { readTrials } from '../../lib/benchmark/trials';
import { useEngine } from '../../lib/engine/engine';
import { buildResNet18 } from '../../lib/models/resnet';
import { runBenchmark } from '../../lib/runBenchmark';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-labels-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

function labelsOf(content: unknown, name = 'labels.json') {
  const file = path.join(folder, name);
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readLabels(file);
}

const KNOWN = ['bear', 'cat', 'dog'];
const LABELS = { tabby: 'cat', tiger: 'cat', poodle: 'dog', tractor: null };
test('a mapping is read, or refused with file and label', () => {
  const labels = labelsOf(LABELS);
  assert.deepEqual(
    ['tabby', 'tractor', 'dog', 'zebra'].map((label) => categoryOf(label, labels)),
    ['cat', null, 'dog', undefined],
  );
  assert.throws(
    () => labelsOf({ tabby: 'kat' }),
    /labels\.json, label "tabby": Unknown category "kat".*"cat"/,
  );
  assert.throws(() => labelsOf({ tabby: 5 }), /label "tabby": Unknown category "5"/);
  assert.throws(() => labelsOf([]), /is not an object of labels/);
  assert.throws(() => labelsOf({}), /maps no label/);
  assert.throws(() => labelsOf('{'), /Cannot read the labels .*--labels init/);
  assert.throws(() => readLabels(path.join(folder, 'none.json')), /Cannot read the labels .*none\.json/);
});

test('a category has the mean probability of its labels; what stands for none is never chosen', () => {
  const outputs = outputsOf(4, ['tabby', 'poodle', 'tractor', 'tiger'], labelsOf(LABELS));
  assert.deepEqual(outputs.categories, ['cat', 'dog']);
  // Probabilities are about 0.27, 0.17, 0.55, 0.01: cat has 0.14, dog 0.17.
  assert.deepEqual(outputs.rank(Float32Array.of(3, 2.5, 3.7, 0)), ['dog', 'cat']);
  assert.deepEqual(outputs.rank(Float32Array.of(3, 1, 9, 3)), ['cat', 'dog']);
  assert.deepEqual(outputs.rank(Float32Array.of(1, 1, 1, 1)), ['dog', 'cat'], 'of equals the later');
  const inOrder = outputsOf(4, undefined, labelsOf(LABELS));
  assert.deepEqual(inOrder.classes, ['tabby: cat', 'tiger: cat', 'poodle: dog', 'tractor: none']);
  assert.throws(
    () => outputsOf(5, undefined, labelsOf(LABELS)),
    /5 outputs and does not name them; .* has 4 entries/,
  );
  assert.throws(() => outputsOf(2, ['tabby', 'tiger'], labelsOf(LABELS)), /knows 1 of the 16 categories/);
  assert.throws(() => outputsOf(1, ['tabby']), /Unknown category "tabby".*--labels/);
});

test('what is unmapped, unused or missing is said', () => {
  const notes = labelNotes(
    ['tabby', 'zebra', 'tractor', 'poodle', 'tiger2'],
    labelsOf(LABELS),
    'network',
  ).join('\n');
  assert.match(notes, /stand for no category.*"zebra", "tractor", "tiger2"/);
  assert.match(notes, /Entries of .*labels\.json that occur nowhere: "tiger" \(perhaps "tiger2"\)/);
  assert.match(notes, /can never be answered: airplane, bear/);
  assert.deepEqual(labelNotes(['tabby', 'tiger', 'poodle', 'tractor'], labelsOf(LABELS), 'trials'), [
    'Labels that stand for no category, and are never an answer: "tractor".',
  ]);
});

const HEADER = 'subj,session,trial,rt,object_response,category,condition,imagename';
const row = (response: string, n: number): string => `net,1,${n},NaN,${response},cat,0,cat${n}.png`;

test('responses of other labels are mapped; null counts as no answer; others are named', () => {
  const csv = [HEADER, row('tabby', 1), row('tractor', 2), row('na', 3), row('dog', 4)].join('\n');
  const seen: string[] = [];
  const options = { file: 'edge/net.csv', dataset: 'edge', labels: labelsOf(LABELS) };
  const trials = readTrials(csv, { ...options, onResponse: (label) => seen.push(label) });
  assert.deepEqual(
    trials.map(({ response }) => response),
    ['cat', 'na', 'na', 'dog'],
  );
  assert.deepEqual(seen, ['tabby', 'tractor', 'dog']);
  const unknown = [HEADER, row('zebra', 1)].join('\n');
  assert.throws(
    () => readTrials(unknown, options),
    /edge\/net\.csv, line 2: Unknown category "zebra".*--labels/,
  );
  const shown = [HEADER, row('tabby', 1).replace(',cat,', ',tractor,')].join('\n');
  assert.throws(() => readTrials(shown, options), /line 2: The label "tractor" stands for no category/);
});

test('the command maps trials and networks, writes an example, and says what it left out', async () => {
  const trials = path.join(folder, 'trials', 'edge');
  fs.mkdirSync(trials, { recursive: true });
  fs.writeFileSync(path.join(trials, 'net.csv'), [HEADER, row('tabby', 1), row('tractor', 2)].join('\n'));
  labelsOf(LABELS);
  const lines: string[] = [];
  const common = { out: path.join(folder, 'out'), report: (line: string) => void lines.push(line) };
  const labels = path.join(folder, 'labels.json');
  await runBenchmark({ ...common, trials: path.dirname(trials), labels });
  assert.match(lines.join('\n'), /1 responses stand for no category and count as no answer/);
  assert.match(
    fs.readFileSync(path.join(folder, 'out', 'report.html'), 'utf8'),
    /never an answer: &quot;tractor&quot;/,
  );

  await useEngine({ name: 'wasm', quiet: true });
  const spec = { architecture: 'resnet18', variant: 'paper', width: 2, inputSize: 32, classes: 4 };
  const model = buildResNet18(spec, 0);
  const file = path.join(folder, 'other.safetensors');
  await saveModel(file, model, ['tabby', 'poodle', 'tractor', 'tiger']);
  model.dispose();
  const before = process.cwd();
  process.chdir(folder);
  try {
    fs.rmSync(labels);
    labelsOf({ tabby: 'cat', poodle: 'dog', tractor: null, tiger: 'bear' }, 'mine.json');
    await runBenchmark({ ...common, model: file, labels: 'init' });
    assert.deepEqual(JSON.parse(fs.readFileSync(labels, 'utf8')), {
      tabby: null,
      poodle: null,
      tractor: null,
      tiger: null,
    });
    await assert.rejects(runBenchmark({ ...common, labels: 'init' }), /labels\.json exists already/);
  } finally {
    process.chdir(before);
  }
  await runBenchmark({ ...common, model: file, labels: path.join(folder, 'mine.json'), share: 0.1 });
  assert.match(lines.join('\n'), /never an answer: "tractor".*\n.*can never be answered: airplane/);
  const answered = readTrialFolder(path.join(folder, 'out', 'trials'));
  assert.ok(
    answered.edge.every(({ response, category }) => KNOWN.includes(response) && KNOWN.includes(category)),
  );
});

test('an example guesses by words', () => {
  const file = path.join(folder, 'example.json');
  writeLabelsExample(file, ['tabby cat', 'car', 'Sports-Car', 'oxcart']);
  assert.deepEqual(JSON.parse(fs.readFileSync(file, 'utf8')), {
    'tabby cat': 'cat',
    car: 'car',
    'Sports-Car': 'car',
    oxcart: null,
  });
});
