import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { benchmark } from '../../lib/benchmark/benchmark';
import { CATEGORIES, decide, decideByProbabilities, imagenetIndices } from '../../lib/benchmark/categories';
import { canonicalCondition, DATASETS, findDataset } from '../../lib/benchmark/datasets';
import { joinTrials, readTrialFolder } from '../../lib/benchmark/trialFiles';
import { imageId, readTrials, textureOf, writeTrials } from '../../lib/benchmark/trials';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-trials-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

const HEADER = 'subj,Session,trial,rt,object_response,category,condition,imagename';
const row = (fields: Partial<Record<string, string>> = {}): string => {
  const all = {
    subj: 'subject-01',
    session: '1',
    trial: '1',
    rt: '0.8',
    response: 'oven',
    category: 'oven',
    condition: 'cr',
    image: '0001_cl_s01_cr_oven_40_n04111531_14126.png',
    ...fields,
  };
  return Object.values(all).join(',');
};
const colour = { file: 'colour/a.csv', dataset: 'colour' };
const read = (...rows: string[]) => readTrials([HEADER, ...rows].join('\n'), colour);

test('the 17 sets, in the order of the toolbox, with its numbers of images', () => {
  assert.equal(DATASETS.length, 17);
  assert.deepEqual(
    DATASETS.slice(0, 4).map(({ name }) => name),
    ['edge', 'silhouette', 'cue-conflict', 'colour'],
  );
  const images = DATASETS.reduce(
    (sum, { imagesPerCondition, conditions }) => sum + imagesPerCondition * conditions.length,
    0,
  );
  assert.equal(images, 18_080);
  const excluded = findDataset('eidolonIII').conditions.filter((condition) => condition.excluded);
  assert.deepEqual(
    excluded.map(({ name }) => name),
    ['1-0-10', '16-0-10', '32-0-10', '64-0-10', '128-0-10'],
  );
  assert.throws(() => findDataset('edges'), /Unknown data set "edges".*"edge"/);
});

test('spellings of conditions that occur in CSV files', () => {
  const spellings: [string, string, string][] = [
    ['false-colour', 'true', 'True'],
    ['high-pass', '3', '3.0'],
    ['high-pass', 'inf', 'inf'],
    ['uniform-noise', '0.10', '0.1'],
    ['uniform-noise', '0.00', '0.0'],
    ['low-pass', '40.0', '40'],
    ['cue-conflict', 'NaN', '0'],
    ['edge', '', '0'],
  ];
  for (const [set, text, expected] of spellings)
    assert.equal(canonicalCondition(findDataset(set), text), expected);
  assert.throws(
    () => canonicalCondition(findDataset('contrast'), 'c7'),
    /Unknown condition of contrast "c7"/,
  );
  assert.throws(() => canonicalCondition(findDataset('low-pass'), ''), /Unknown condition of low-pass ""/);
});

test('decisions: means over the classes of a category, later category on ties, no renormalising', () => {
  assert.equal(
    CATEGORIES.reduce((sum, category) => sum + imagenetIndices(category).length, 0),
    207,
  );
  const probabilities = new Float64Array(1000);
  probabilities[281] = 0.3; // one of six cats: 0.05
  probabilities[499] = 0.06; // the knife
  assert.deepEqual(decideByProbabilities(probabilities).slice(0, 2), ['knife', 'cat']);
  assert.equal(decideByProbabilities(new Float64Array(1000))[0], 'truck');
  assert.equal(decide(new Float64Array(16))[0], 'truck');
  const logits = new Float64Array(1000).fill(-5);
  logits[404] = 900;
  assert.equal(decide(logits)[0], 'airplane', 'softmax does not overflow');
  const sixteen = new Float32Array(16);
  sixteen[3] = 2;
  assert.equal(decide(sixteen)[0], 'bird');
  assert.throws(() => decide(new Float32Array(10)), /10 outputs, but a decision needs/);
  assert.throws(() => decide(Float32Array.from({ length: 16 }, () => Number.NaN)), /Logit 0 is NaN/);
  assert.throws(() => decideByProbabilities(new Float64Array(16).fill(2)), /Probability 0 is 2/);
});

test('image ids and textures from names', () => {
  assert.equal(imageId('0001_cl_s01_cr_oven_40_n04111531_14126.png'), 'n04111531_14126.png');
  assert.equal(imageId('0001_s5n_s10_0_airplane_00_airplane8-bicycle3.png'), 'airplane8-bicycle3.png');
  assert.equal(imageId('airplane1-bicycle2.png'), 'airplane1-bicycle2.png');
  assert.equal(textureOf('airplane8-bicycle13.png'), 'bicycle');
  assert.throws(() => textureOf('airplane8.png'), /does not name its texture/);
});

test('trials are read with the columns in any case, and written as the toolbox has them', () => {
  const [trial] = read(row());
  assert.equal(trial.subject, 'subject-01');
  assert.equal(trial.responseTime, 0.8);
  assert.equal(trial.image, 'n04111531_14126.png');
  assert.equal(read(row({ rt: 'NaN' }))[0].responseTime, null);
  const again = readTrials(writeTrials([trial]), colour);
  assert.deepEqual(again, [trial]);
});

test('bad CSV files are answered with file and line', () => {
  assert.throws(
    () => readTrials('subj,session,trial,rt,category,condition,imagename\n', colour),
    /colour\/a\.csv, line 1: the column "object_response" is missing/,
  );
  assert.throws(() => read(), /holds no trials/);
  assert.throws(
    () => read(row(), row({ category: 'ovn', image: 'x.png' })),
    /a\.csv, line 3: Unknown category "ovn".*"oven"/,
  );
  assert.throws(() => read(row({ response: 'tiger' })), /line 2: Unknown category "tiger"/);
  assert.throws(() => read(row({ condition: 'sepia' })), /line 2: Unknown condition of colour "sepia"/);
  assert.throws(
    () => read(row(), row()),
    /line 3: subject-01 has answered the image n04111531_14126\.png already, in line 2/,
  );
  assert.throws(() => read(row({ rt: 'fast' })), /line 2: The response time "fast"/);
  assert.throws(() => read(row({ subj: '' })), /line 2: The column "subj" is empty/);
});

test('folders of trials: data sets by folder or file name; what is missing or double is named', () => {
  assert.throws(() => readTrialFolder(path.join(folder, 'nothing')), /There is no folder/);
  assert.throws(() => readTrialFolder(folder), /holds no CSV files/);
  fs.mkdirSync(path.join(folder, 'colour'));
  const file = path.join(folder, 'colour', 'mine.csv');
  fs.writeFileSync(file, [HEADER, row()].join('\n'));
  assert.deepEqual(Object.keys(readTrialFolder(folder)), ['colour']);
  fs.writeFileSync(path.join(folder, 'colour_again_session-1.csv'), [HEADER, row()].join('\n'));
  assert.throws(
    () => readTrialFolder(folder),
    /subject-01 has answered n04111531_14126\.png of colour already, in /,
  );
  fs.rmSync(path.join(folder, 'colour_again_session-1.csv'));
  fs.writeFileSync(path.join(folder, 'odd.csv'), [HEADER, row()].join('\n'));
  assert.throws(() => readTrialFolder(folder), /odd\.csv: which data set is this/);
});

test('observers of different images cannot be compared', () => {
  const people = { colour: read(row()) };
  const network = { colour: read(row({ subj: 'net', image: 'n04111531_99.png' })) };
  assert.throws(
    () => benchmark(joinTrials(people, network)),
    /colour: subject-01 and net answered different images; net has no answer to n04111531_14126\.png/,
  );
  const elsewhere = { colour: read(row({ subj: 'net', condition: 'bw' })) };
  assert.throws(
    () => benchmark(joinTrials(people, elsewhere)),
    /saw n04111531_14126\.png as oven in condition cr, net as oven in bw/,
  );
  assert.throws(() => benchmark({}), /no trials/);
  assert.throws(() => benchmark({ colours: people.colour }), /Did you mean "colour"/);
});
