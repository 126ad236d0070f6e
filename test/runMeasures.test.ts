// The measures of `npm run benchmark`, from a network's file to the page.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { before, test } from 'node:test';
import sharp from 'sharp';
import { measureNetwork } from '../lib/benchmark/measures/measureNetwork';
import { openNetwork } from '../lib/benchmark/openNetwork';
import { saveModel } from '../lib/benchmark/saveModel';
import { readTrialFolder } from '../lib/benchmark/trialFiles';
import { useEngine } from '../lib/engine/engine';
import { fromRoot } from '../lib/files';
import { buildResNet18 } from '../lib/models/resnet';
import { runBenchmark } from '../lib/runBenchmark';
import { writeFlatPictures } from './benchmark/measures/flatPictures';
import { CLASSIFIER_ONNX, skipWithoutOnnx } from './data/tinyOnnx';

const PHOTOGRAPHS = fromRoot('..', 'shared', 'data', 'few-shot');
const CLASSES = ['bear', 'cat', 'dog'];

let folder: string;
let ours: string;
let onnx: string;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-run-measures-'));
  ours = path.join(folder, 'ours.safetensors');
  const model = buildResNet18(
    { architecture: 'resnet18', variant: 'paper', width: 2, inputSize: 16, classes: 3 },
    0,
  );
  await saveModel(ours, model, CLASSES);
  model.dispose();
  onnx = path.join(folder, 'colours.onnx');
  fs.writeFileSync(onnx, CLASSIFIER_ONNX);
});
test.after(() => fs.rmSync(folder, { recursive: true, force: true }));

async function run(
  options: Omit<Parameters<typeof runBenchmark>[0], 'report' | 'out'>,
  out: string,
): Promise<string> {
  const lines: string[] = [];
  await runBenchmark({ ...options, out: path.join(folder, out), report: (line) => void lines.push(line) });
  return lines.join('\n');
}

function pageIn(out: string): string {
  return fs.readFileSync(path.join(folder, out, 'measures.md'), 'utf8');
}

function reportIn(out: string): string {
  return fs.readFileSync(path.join(folder, out, 'report.html'), 'utf8');
}

test('a network of ours gets its page beside the report, on Relief-16 of its classes and size', async () => {
  const said = await run({ model: ours, share: 0.02 }, 'ours');
  assert.match(
    said,
    /report\.html\nmeasures: original \(1 of 69 sets\)\nmeasures: conflict.*\nmeasures: exact.*\nmeasures: patch-shuffle/,
  );
  assert.match(said, /open .*measures\.html$/);
  const page = pageIn('ours');
  assert.match(
    page,
    /Relief-16, drawings of the test split: 6 original and 6 cue-conflict images of 3 classes, 16 pixels a side/,
  );
  assert.match(page, /\| shape bias \(%\) \| .* \| 50\.0 \| 95\.9 \[95\.2, 96\.4\] \|/);
  assert.match(page, /\| mean reciprocal rank of the shape \| .* \| 0\.61 \| – \|/);
  const again = await run({ model: ours, share: 0.02, measures: false }, 'without');
  assert.ok(!again.includes('measures:') && !fs.existsSync(path.join(folder, 'without', 'measures.md')));
});

test('an interrupted measurement keeps the sets that are done, and goes on after them', async () => {
  const network = await openNetwork(ours);
  const controller = new AbortController();
  const asked: string[] = [];
  const classifier: typeof network.classifier = {
    ...network.classifier,
    answer(pixels, count, nameOf) {
      asked.push(nameOf(0));
      return network.classifier.answer(pixels, count, nameOf);
    },
  };
  const options = {
    name: 'ours',
    on: { kind: 'relief16' },
    share: 0.02,
    folder: path.join(folder, 'stored'),
  } as const;
  const measured = measureNetwork(
    { ...network, classifier },
    {
      ...options,
      signal: controller.signal,
      onSet: ({ done }) => done === 4 && controller.abort(new Error('enough')),
    },
  );
  await assert.rejects(measured, /enough/);
  assert.equal(fs.readdirSync(options.folder).length, 4);
  const { result } = await measureNetwork({ ...network, classifier }, options);
  assert.equal(new Set(asked).size, asked.length, 'no set is asked twice');
  assert.equal(asked.length, 69);
  const straight = await measureNetwork(network, { ...options, folder: path.join(folder, 'straight') });
  assert.deepEqual(straight.result, result);
  fs.writeFileSync(path.join(options.folder, 'original.json'), '{');
  const mended = await measureNetwork({ ...network, classifier }, options);
  assert.deepEqual([mended.result, asked.length], [result, 70], 'a damaged file is answered again');
  await network.close();
});

test('of the 17 sets cue conflict gives shape bias and ranks; sets without it, nothing', async () => {
  const stimuli = path.join(folder, 'stimuli');
  for (const [shape, texture] of [
    ['cat', 'dog'],
    ['dog', 'bear'],
    ['bear', 'cat'],
  ]) {
    fs.mkdirSync(path.join(stimuli, 'cue-conflict', shape), { recursive: true });
    await sharp({ create: { width: 16, height: 16, channels: 3, background: '#a05030' } })
      .png()
      .toFile(path.join(stimuli, 'cue-conflict', shape, `${shape}1-${texture}1.png`));
  }
  await run({ model: ours, stimuli }, 'conflict');
  const page = pageIn('conflict');
  assert.match(page, /3 images of stimuli\/cue-conflict, 3 classes/);
  assert.ok(page.includes('rank of the texture') && !page.includes('reliance on'));
  assert.match(reportIn('conflict'), /<a href="measures\.html">By which cues/);
  const silhouettes = await writeFlatPictures(path.join(folder, 'others', 'silhouette'), {
    bear: ['#000000'],
    cat: ['#ffffff'],
  });
  assert.match(
    await run({ model: ours, stimuli: path.dirname(silhouettes) }, 'others-out'),
    /No set of the stimuli has conflicting cues/,
  );
  assert.ok(!reportIn('others-out').includes('measures.html'));
});

test('a share of the 17 sets is of each category, and others are not compared on it', async () => {
  const stimuli = path.join(folder, 'shared-out');
  const colours = ['#111111', '#222222', '#333333', '#444444'];
  await writeFlatPictures(path.join(stimuli, 'silhouette'), { bear: colours, cat: colours.slice(0, 3) });
  await run({ model: ours, stimuli, share: 0.5 }, 'half');
  const { silhouette } = readTrialFolder(path.join(folder, 'half', 'trials'));
  assert.deepEqual(silhouette.map(({ image }) => image).sort(), [
    'bear0.png',
    'bear2.png',
    'cat0.png',
    'cat1.png',
  ]);
  assert.match(
    reportIn('half'),
    /on at least 50 % of each category and condition of the stimuli of shared-out/,
  );
  await run({ model: ours, stimuli }, 'half');
  assert.equal(readTrialFolder(path.join(folder, 'half', 'trials')).silhouette.length, 7, 'not reused');
  const humans = path.join(folder, 'half', 'trials');
  await assert.rejects(
    run({ model: ours, stimuli, share: 0.5, humans }, 'bad'),
    /not on a share: leave out --share, or --humans/,
  );
  await assert.rejects(
    run({ model: ours, stimuli, share: 0.5, trials: humans }, 'bad'),
    /The trials of silhouette are of 7 images, and the network would be shown 4.*Leave out --share, or --trials/,
  );
});

test('an ONNX network on photographs by class: suppressions alone', { skip: skipWithoutOnnx }, async () => {
  const shades = (channel: number): string[] =>
    Array.from(
      { length: 12 },
      (_, i) => `#${[0, 1, 2].map((c) => (c === channel ? `e${i.toString(16)}` : '40')).join('')}`,
    );
  const stimuli = await writeFlatPictures(path.join(folder, 'photographs'), {
    r: shades(0),
    s: shades(1),
    t: shades(2),
  });
  const said = await run({ model: onnx, stimuli, input: '0..1', size: 32 }, 'photographs-out');
  assert.match(said, /The 3 folders, in alphabetical order, are taken for the network's 3 outputs/);
  assert.ok(!fs.existsSync(path.join(folder, 'photographs-out', 'report.html')));
  const page = pageIn('photographs-out');
  assert.match(page, /36 photographs of .*photographs, 3 of 3 classes, 32 pixels a side/);
  assert.match(page, /\| accuracy on the original images \(%\) \| 100\.0 \[/);
  assert.match(page, /\| reliance on shape: patch-shuffle, area over 8 levels \| 0\.00 \[/);
  // Mean colours alone: shuffled channels keep the right one in a third of all cases.
  const shuffled = Number(/channel-shuffle, area over its one level \| (\d\.\d\d) \[/.exec(page)?.[1]);
  assert.ok(shuffled > 0.6, page);
  assert.ok(!page.includes('Shape bias'));
});

test(
  'real photographs of three classes are shown suppressed, and a network at chance is told so',
  { skip: skipWithoutOnnx || (fs.existsSync(PHOTOGRAPHS) ? false : `${PHOTOGRAPHS} is not there`) },
  async () => {
    const stimuli = path.join(folder, 'real');
    fs.mkdirSync(stimuli);
    for (const name of ['fish', 'jeep', 'table'])
      fs.symlinkSync(path.join(PHOTOGRAPHS, name), path.join(stimuli, name));
    const said = await run({ model: onnx, stimuli, size: 32, share: 0.04 }, 'real-out');
    assert.match(said, /measures: bilateral-and-grey/);
    assert.match(pageIn('real-out'), /photographs of .*real, 3 of 3 classes/);
  },
);

test('options without effect are refused', async () => {
  const without = {
    stimuli: 'x',
    share: 0.1,
    name: 'x',
    architecture: 'x',
    input: '0..1',
    size: 64,
  } as const;
  for (const [option, value] of Object.entries(without))
    await assert.rejects(
      run({ trials: 'x', [option]: value }, 'bad'),
      new RegExp(`--${option} is for a network: give --model as well`),
    );
  await assert.rejects(
    run({ trials: 'x', labels: 'init' }, 'bad'),
    /--labels init .* does not read --trials/,
  );
  const stimuli = await writeFlatPictures(path.join(folder, 'two'), { cat: ['#a05030'], dog: ['#a05040'] });
  await assert.rejects(run({ model: ours, stimuli, humans: '/nope' }, 'bad'), /There is no folder \/nope/);
  const humans = path.join(folder, 'humans', 'edge');
  fs.mkdirSync(humans, { recursive: true });
  fs.writeFileSync(
    path.join(humans, 'all.csv'),
    'subj,session,trial,rt,object_response,category,condition,imagename\nsubject-01,1,1,1,cat,cat,0,cat1.png\n',
  );
  await assert.rejects(
    run({ model: ours, stimuli, humans }, 'bad'),
    /two holds photographs by class.*leave out --humans/,
  );
});

test('bad input is answered', async () => {
  await assert.rejects(run({ model: folder }, 'bad'), /--model takes a file; .* is a folder/);
  const one = await writeFlatPictures(path.join(folder, 'one'), { cat: ['#a05030', '#a05040'] });
  await assert.rejects(run({ model: ours, stimuli: one }, 'bad'), /one shows one class only, "cat"/);
  await assert.rejects(
    run({ model: ours, stimuli: one, measures: false }, 'bad'),
    /holds photographs by class, which are for the measures alone: leave out --no-measures/,
  );
  const strange = await writeFlatPictures(path.join(folder, 'strange'), {
    spoon: ['#a05030'],
    fork: ['#a05040'],
  });
  await assert.rejects(run({ model: ours, stimuli: strange }, 'bad'), /Unknown class "fork"/);
  await assert.rejects(
    run({ model: ours, stimuli: path.join(folder, 'missing') }, 'bad'),
    /missing: it does not exist/,
  );
  await assert.rejects(
    run({ model: ours, stimuli: fs.mkdtempSync(path.join(folder, 'empty-')) }, 'bad'),
    /holds no data set/,
  );
  assert.ok(!fs.existsSync(path.join(folder, 'bad')));
});
