// `npm run benchmark` as a user runs it.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { CATEGORIES } from '../lib/benchmark/categories';
import { findDataset } from '../lib/benchmark/datasets';
import { type Trial, writeTrials } from '../lib/benchmark/trials';
import { ROOT } from '../lib/files';
import { Random } from '../lib/random';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-run-benchmark-'));
test.after(() => fs.rmSync(folder, { recursive: true }));
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

function benchmarkCommand(...words: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', 'lib/cli.ts', 'benchmark', ...words],
    { cwd: ROOT, encoding: 'utf8' },
  );
  return { status, output: stdout + stderr };
}

/** CSV files of a network on two sets, with invented answers. */
function writePredictions(subject: string, target: string): void {
  const random = new Random(subject.length);
  for (const dataset of ['cue-conflict', 'rotation'].map(findDataset)) {
    const trials = dataset.conditions.flatMap(({ name: condition }) =>
      CATEGORIES.flatMap((category, c) =>
        CATEGORIES.slice(0, 4).map((_, number): Trial => {
          const texture = CATEGORIES[(c + number + 1) % 16];
          const image = `${category}${number}${condition}-${texture}${number}.png`;
          const response = [category, texture, CATEGORIES[0]][random.integer(3)];
          const shown = { category, condition, image, imageName: image };
          return { subject, session: '1', trial: 1, responseTime: null, response, ...shown };
        }),
      ),
    );
    fs.mkdirSync(path.join(target, dataset.name), { recursive: true });
    const file = `${dataset.name}_${subject}_session-1.csv`;
    fs.writeFileSync(path.join(target, dataset.name, file), writeTrials(trials));
  }
}

test('CSV files of networks become a report with humans beside them', async (context) => {
  const [trials, out] = [path.join(folder, 'trials'), path.join(folder, 'report')];
  writePredictions('resnet50', trials);
  writePredictions('vit', trials);
  const { status, output } = benchmarkCommand('--trials', trials, '--out', out);
  assert.equal(status, 0, output);
  assert.match(output, /cannot be compared answer by answer/);
  assert.match(output, /Not answered, and left out of every mean: edge, silhouette, colour/);
  const html = fs.readFileSync(path.join(out, 'report.html'), 'utf8');
  for (const text of ['resnet50', 'vit', 'humans', 'Trials from trials.'])
    assert.ok(html.includes(text), text);
  assert.ok(fs.existsSync(path.join(out, 'benchmark-shape-bias-table.csv')));
  if (!fs.existsSync(CHROMIUM)) {
    context.diagnostic('not opened in a browser: Chromium is not installed');
    return;
  }
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu'],
  });
  try {
    const page = await browser.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url().slice(0, 5)));
    await page.goto(pathToFileURL(path.join(out, 'report.html')).href);
    const pictures: number[] = await page.$$eval('img', (images) =>
      images.map((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
    );
    assert.ok(pictures.length >= 6 && pictures.every((width) => width > 100), `${pictures}`);
    assert.ok(
      asked.every((address) => address === 'file:' || address === 'data:'),
      `${asked}`,
    );
  } finally {
    await browser.close();
  }
});

test('bad input is answered, and nothing is written', () => {
  const out = path.join(folder, 'nothing');
  const cases: [string[], RegExp][] = [
    [[], /Give --trials <folder of CSV files>, or --model/],
    [['--trials', path.join(folder, 'missing')], /There is no folder/],
    [['--trials', fs.mkdtempSync(path.join(folder, 'empty-'))], /holds no CSV files/],
    [['--model', path.join(folder, 'no.safetensors')], /no\.safetensors/],
    [['--trials', 'x', '--no-measures'], /--no-measures is for a network: give --model as well/],
    [['--model', 'x.safetensors', '--share', '2'], /--share takes a number above 0 and at most 1/],
    [['--trails', 'x'], /Unknown flag of benchmark "--trails".*"--trials"/],
  ];
  for (const [words, message] of cases) {
    const { status, output } = benchmarkCommand(...words, '--out', out);
    assert.equal(status, 1, output);
    assert.match(output, message);
  }
  assert.ok(!fs.existsSync(out));
});

const NASTY = [
  'ViT-B/16',
  'ViT-B-16',
  'vit-b-16',
  'ResNet50 (v2)',
  'a|b',
  'b',
  '"quoted", with comma',
  "it's",
  '<script>alert(1)</script>',
  '網絡 一',
  'شبكة',
  '🐶',
  '.hidden',
  '..',
  'e\u0301',
  'é',
  '__proto__',
  'constructor',
  'x'.repeat(300),
];

test('networks may have any names: each has files of its own, and tables show the names as given', () => {
  const [trials, out] = [path.join(folder, 'nasty'), path.join(folder, 'nasty-report')];
  const cues = findDataset('cue-conflict');
  fs.mkdirSync(path.join(trials, cues.name), { recursive: true });
  const rows = NASTY.flatMap((subject, n) =>
    CATEGORIES.map((category, c): Trial => {
      const image = `${category}1-${CATEGORIES[(c + 1) % 16]}1.png`;
      const response = CATEGORIES[(c + (n % 2)) % 16];
      const shown = { category, condition: '0', image, imageName: image };
      return { subject, session: '1', trial: c, responseTime: null, response, ...shown };
    }),
  );
  fs.writeFileSync(path.join(trials, cues.name, 'all.csv'), writeTrials(rows));
  const { status, output } = benchmarkCommand('--trials', trials, '--out', out);
  assert.equal(status, 0, output);
  const confusions = fs
    .readdirSync(out)
    .filter((file) => /^benchmark-confusion-(?!humans).*\.vl\.json$/.test(file));
  assert.equal(confusions.length, NASTY.length);
  const rowsOf = fs.readFileSync(path.join(out, 'benchmark-shape-bias-table.csv'), 'utf8');
  for (const name of NASTY.filter((text) => !text.includes('"'))) assert.ok(rowsOf.includes(name), name);
  const html = fs.readFileSync(path.join(out, 'report.html'), 'utf8');
  assert.ok(!html.includes('<script>'), 'names are text');
  assert.ok(html.includes('ResNet50 (v2)') && html.includes('&lt;script&gt;'));
  // Every network is half right and half wrong in its own way, whatever its name.
  const table = fs.readFileSync(path.join(out, 'benchmark-accuracy-table.csv'), 'utf8');
  assert.equal(table.match(/100\.0 \[/g)?.length, Math.ceil(NASTY.length / 2), table);
});
