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
  assert.throws(() => read(row({ image: '' })), /line 2: The column "imagename" is empty\. The line may/);
  assert.equal(readTrials(`${HEADER}\r\n${row()}\n${row({ image: 'x.png' })}\r\n`, colour).length, 2);
  assert.throws(() => readTrials(`${HEADER},note,note\n`, colour), /line 1: the column "note" stands twice/);
});

test('other separators, encodings, cut lines and spellings of no answer are named', () => {
  const text = [HEADER, row()].join('\n');
  for (const [separator, name] of [
    [';', 'semicolons'],
    ['\t', 'tabs'],
  ])
    assert.throws(
      () => readTrials(text.replaceAll(',', separator), colour),
      new RegExp(`a\\.csv, line 1: the columns are separated by ${name}\\. Separate them by commas`),
    );
  assert.throws(
    () => readTrials(text.replace('session', 'x').replace('Session', 'subj'), colour),
    /line 1: the column "subj" stands twice/,
  );
  for (const response of ['NaN', 'None', '', 'NA', 'null'])
    assert.throws(() => read(row({ response })), /line 2: The response is .*; no answer is written "na"/);
  assert.equal(read(row({ response: 'na' }))[0].response, 'na');
  assert.throws(() => read(row(), 'subject-01,1,2,0.8,oven'), /line 3: Too few fields.* may have been cut/);
  assert.throws(() => read(`${row()},surplus`), /line 2: Too many fields/);
  assert.throws(() => read(row({ subj: '"subject' })), /line 2: .*[Qq]uote/);
  for (const image of ['0040_edg_s01_0_bottle_00_bottl', '0001_x_bottle1.', '0001_x_bottle1.pn'])
    assert.throws(
      () => read(row({ image })),
      /line 2: The image name ".*" has no ending.* may have been cut/,
    );
});

test('lines keep their numbers: after empty lines, with other line ends, in long files', () => {
  const bad = row({ category: 'ovn', image: 'x.png' });
  for (const end of ['\n', '\r\n', '\r']) {
    const csv = [HEADER, '', row(), '', '', bad, ''].join(end);
    assert.throws(
      () => readTrials(csv, colour),
      /a\.csv, line 6: Unknown category "ovn"/,
      JSON.stringify(end),
    );
  }
  const rows = Array.from({ length: 5000 }, (_, i) =>
    row({ image: `0001_cl_s01_cr_oven_40_n04111531_${i}.png` }),
  );
  assert.throws(() => read(...rows, bad), /line 5002: Unknown category/);
  assert.equal(readTrials(`\uFEFF${[HEADER, row(), '', '  '].join('\r\n')}\r\n`, colour).length, 1);
});

test('files that are not UTF-8 text are named', () => {
  const odd = path.join(folder, 'encodings', 'colour');
  fs.mkdirSync(odd, { recursive: true });
  const file = path.join(odd, 'a.csv');
  const text = [HEADER, row({ subj: 'né' })].join('\n');
  const utf16 = Buffer.from(text, 'utf16le');
  const files: [Buffer, RegExp][] = [
    [Buffer.concat([Buffer.of(0xff, 0xfe), utf16]), /a\.csv is UTF-16 text\. Save it as UTF-8/],
    [utf16, /is UTF-16 text/],
    [Buffer.concat([Buffer.of(0xfe, 0xff), Buffer.from(utf16).swap16()]), /is UTF-16 text/],
    [Buffer.from(utf16).swap16(), /is UTF-16 text/],
    [Buffer.from(text, 'latin1'), /a\.csv is not UTF-8 text/],
  ];
  for (const [bytes, message] of files) {
    fs.writeFileSync(file, bytes);
    assert.throws(() => readTrialFolder(path.dirname(odd)), message);
  }
  fs.writeFileSync(file, text);
  assert.equal(readTrialFolder(path.dirname(odd)).colour[0].subject, 'né');
  fs.rmSync(path.dirname(odd), { recursive: true });
});

test('an image that one observer alone has seen is named with file and line', () => {
  const others = { colour: read(row()) };
  const file = { file: 'colour/net.csv', dataset: 'colour' };
  const net = (image: string) =>
    readTrials([HEADER, row({ subj: 'net' }), row({ subj: 'net', image })].join('\n'), file);
  assert.throws(
    () => benchmark(joinTrials(others, { colour: net('0002_cl_s01_cr_oven_40_n04111531_14.png') })),
    /subject-01 has no answer to n04111531_14\.png \(answered by the other in colour\/net\.csv, line 3\)/,
  );
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

test('links to files and folders of trials count; one that leads nowhere is named', () => {
  const [store, linked] = ['store', 'linked'].map((name) => path.join(folder, name));
  fs.mkdirSync(path.join(store, 'edge'), { recursive: true });
  fs.mkdirSync(path.join(linked, 'colour'), { recursive: true });
  fs.writeFileSync(path.join(store, 'a1b2'), [HEADER, row()].join('\n'));
  const edge = row({ condition: '0', image: '0001_edge_s01_0_oven_00_oven1.png' });
  fs.writeFileSync(path.join(store, 'edge', 'mine.csv'), [HEADER, edge].join('\n'));
  fs.symlinkSync(path.join(store, 'a1b2'), path.join(linked, 'colour', 'mine.csv'));
  fs.symlinkSync(path.join(store, 'edge'), path.join(linked, 'edge'));
  fs.symlinkSync(linked, path.join(linked, 'colour', 'round'));
  assert.deepEqual(Object.keys(readTrialFolder(linked)).sort(), ['colour', 'edge']);
  const once = readTrialFolder(linked).colour.length;
  fs.symlinkSync(path.join(store, 'a1b2'), path.join(linked, 'colour', 'latest.csv'));
  assert.equal(readTrialFolder(linked).colour.length, once, 'a second link to one file');
  fs.symlinkSync(path.join(store, 'gone'), path.join(linked, 'colour', 'other.csv'));
  assert.throws(() => readTrialFolder(linked), /colour\/other\.csv is a link to a file that is not there/);
});

test('observers of different images cannot be compared', () => {
  const humans = { colour: read(row()) };
  const network = { colour: read(row({ subj: 'net', image: 'n04111531_99.png' })) };
  assert.throws(
    () => benchmark(joinTrials(humans, network)),
    /colour: subject-01 and net answered different images; net has no answer to n04111531_14126\.png/,
  );
  const elsewhere = { colour: read(row({ subj: 'net', condition: 'bw' })) };
  assert.throws(
    () => benchmark(joinTrials(humans, elsewhere)),
    /saw n04111531_14126\.png as oven in condition cr, net as oven in bw/,
  );
  assert.throws(() => benchmark({}), /no trials/);
  assert.throws(() => benchmark({ colours: humans.colour }), /Did you mean "colour"/);
});
