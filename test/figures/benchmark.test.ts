import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { benchmark, type TrialsBySet } from '../../lib/benchmark/benchmark';
import { CATEGORIES } from '../../lib/benchmark/categories';
import { DATASETS } from '../../lib/benchmark/datasets';
import { publishedHumans, withPublishedHumans } from '../../lib/benchmark/humans';
import type { Trial } from '../../lib/benchmark/trials';
import { accuracyLines, entropyLines, errorConsistencyLines } from '../../lib/figures/benchmarkLines';
import { confusionMatrices, consistencyMatrices } from '../../lib/figures/benchmarkMatrices';
import { observerStyle } from '../../lib/figures/benchmarkObservers';
import { writeBenchmarkReport } from '../../lib/figures/benchmarkReport';
import { cueAccuracyBars, scoreBars, scoreScatter } from '../../lib/figures/benchmarkScores';
import { shapeBiasBoxes, shapeBiasByCategory } from '../../lib/figures/benchmarkShapeBias';
import { accuracyTable, scoresTable, shapeBiasTable } from '../../lib/figures/benchmarkTables';
import { renderSvg } from '../../lib/figures/render';
import { Random } from '../../lib/random';
import { HUMANS } from '../../lib/results/benchmark';
import { readMontages } from '../../lib/results/montage';
import { toMarkdown } from '../../lib/results/tables';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-benchmark-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

/** Trials of invented observers, who are right at the given rates. */
function invented(
  rates: Readonly<Record<string, number>>,
  sets = DATASETS.map(({ name }) => name),
): TrialsBySet {
  const random = new Random(1);
  const answersTo = (name: string): Trial[] =>
    DATASETS.filter((dataset) => dataset.name === name).flatMap(({ conditions }) =>
      conditions.flatMap(({ name: condition }) =>
        CATEGORIES.flatMap((category, c) =>
          [1, 2].flatMap((number) => {
            const texture = CATEGORIES[(c + number) % 16];
            const image = `${category}${number}${condition}-${texture}${number}.png`;
            return Object.entries(rates).map(([subject, rate]): Trial => {
              const draw = random.next();
              const response = draw < rate ? category : draw < (1 + rate) / 2 ? texture : 'na';
              return {
                subject,
                session: '1',
                trial: 1,
                responseTime: null,
                response,
                category,
                condition,
                image,
                imageName: image,
              };
            });
          }),
        ),
      ),
    );
  return Object.fromEntries(sets.map((name) => [name, answersTo(name)]));
}

const everyone = benchmark(invented({ 'subject-01': 0.9, 'subject-02': 0.8, resnet: 0.4, 'vit-b': 0.7 }), {
  resamples: 30,
});
const FIGURES = {
  shapeBiasByCategory,
  shapeBiasBoxes,
  accuracyLines,
  errorConsistencyLines,
  entropyLines,
  scoreBars,
  cueAccuracyBars,
  scoreScatter,
  consistencyMatrices,
};

for (const [name, figure] of Object.entries(FIGURES)) {
  test(`${name} renders without a warning and says where its numbers are from`, async () => {
    const { spec, caption } = figure(everyone, 'Invented answers.') ?? assert.fail('no figure');
    assert.match(await renderSvg(spec), /^<svg/);
    assert.match(caption, /Invented answers\.$/);
  });
}

test('confusions of an observer render, with a chart for each of the 17 sets', async () => {
  const { spec, id } = confusionMatrices(everyone, 'vit-b', 'Invented.');
  assert.equal(id, 'benchmark-confusion-vit-b');
  assert.equal((spec as unknown as { concat: unknown[] }).concat.length, 17);
  assert.match(await renderSvg(spec), /^<svg/);
  assert.throws(() => confusionMatrices(everyone, 'alexnet', ''), /"alexnet" answered none/);
});

test('the shape-bias figure shows both fractions, humans and networks', async () => {
  const figure = shapeBiasByCategory(everyone, '');
  const svg = await renderSvg(figure!.spec);
  for (const text of [
    'fraction of texture decisions',
    'fraction of shape decisions',
    'humans',
    'resnet',
    'vit-b',
    'truck',
  ])
    assert.ok(svg.includes(text), text);
});

test('the shape-bias figure has an icon beside each of the 16 names', async () => {
  const svg = await renderSvg(shapeBiasByCategory(everyone, '')!.spec);
  const icons = [...svg.matchAll(/<path[^>]* transform="translate\(-16,([\d.]+)\)"[^>]* fill="#444444"/g)];
  assert.equal(new Set(icons.map(([, y]) => y)).size, 16);
  assert.ok(!svg.includes('href'), 'nothing is fetched');
});

test('an observer has one colour in all figures, humans diamonds', () => {
  const { colours, shapes } = observerStyle(everyone);
  assert.deepEqual(colours.domain, [HUMANS, 'resnet', 'vit-b']);
  assert.equal(new Set(colours.range).size, 3);
  assert.equal(shapes.range[0], 'diamond');
});

test('partial data are drawn as far as they go', async () => {
  const networks = benchmark(invented({ resnet: 0.4 }, ['edge', 'contrast']), { resamples: 5 });
  assert.equal(shapeBiasByCategory(networks, ''), undefined);
  assert.equal(errorConsistencyLines(networks, ''), undefined);
  assert.equal(scoreScatter(networks, ''), undefined);
  for (const figure of [accuracyLines, cueAccuracyBars, scoreBars])
    await renderSvg(figure(networks, '')!.spec);
  const beside = withPublishedHumans(networks);
  assert.equal(scoreScatter(beside, ''), undefined, 'a mark of humans alone says nothing');
  assert.ok(beside.sets.every(({ observers }) => observers[0] === HUMANS));
  for (const figure of [accuracyLines, errorConsistencyLines, cueAccuracyBars, scoreBars])
    await renderSvg(figure(beside, '')!.spec);
});

test('tables give scores, accuracies and shape biases with intervals', () => {
  assert.match(
    toMarkdown(scoresTable(everyone, 'Invented.')),
    /\| vit-b \| 17 \| 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]/,
  );
  assert.match(toMarkdown(accuracyTable(everyone, 'Invented.')), /\| colour \| 64 \|/);
  assert.match(toMarkdown(shapeBiasTable(everyone, 'Invented.')!), /\| airplane \|/);
});

test('the summary of humans in the repository has their published scores', () => {
  const humans = publishedHumans();
  assert.equal(humans.sets.length, 17);
  const [scores] = humans.scores;
  assert.equal(scores.outOfDistributionAccuracy.value.toFixed(4), '0.7228');
  assert.equal(scores.errorConsistency?.value.toFixed(4), '0.4312');
  const bias = humans.sets.find(({ dataset }) => dataset === 'cue-conflict')?.shapeBias?.[HUMANS].overall.bias
    .value;
  assert.equal(bias?.toFixed(6), '0.958688');
  assert.ok(!JSON.stringify(humans).includes('subject-'), 'no single human observers');
});

test('the report is one page that asks nothing of the network', async () => {
  const files = await writeBenchmarkReport(everyone, {
    folder,
    about: 'Invented answers.',
    notes: ['A <note>.'],
    stimuli: readMontages(),
  });
  const names = files.map((file) => path.basename(file));
  for (const name of [
    'benchmark-scores.svg',
    'montage-cues.svg',
    'montage-parametric.vl.json',
    'benchmark-scores-table.csv',
    'benchmark-shape-bias.vl.json',
    'report.html',
  ])
    assert.ok(names.includes(name), name);
  const html = fs.readFileSync(path.join(folder, 'report.html'), 'utf8');
  assert.ok(html.includes('A &lt;note&gt;.'));
  assert.match(html, /alt="Shape bias over the categories: [^"]* categories beyond\."/);
  const addresses = [...html.matchAll(/(?:src|href)="([^"]{0,30})/g)].map(([, address]) => address);
  assert.ok(addresses.length > 10 && addresses.every((address) => address.startsWith('data:')));
  assert.ok(!/https?:\/\//.test(html), 'no address at all');
});
