import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSvg } from '../../lib/figures/render';
import { inferenceFigures, inferenceShapeBias } from '../../lib/figures/topkInference';
import { readRecords } from '../../lib/results/record';

const RECORDS = readRecords({ experiment: 'topk-inference' }).filter(({ profile }) => profile === 'tiny');

test('a curve of what is taken away begins with the least, not with 100 %', async () => {
  const { spec } = inferenceShapeBias(RECORDS);
  const { values } = (spec as unknown as { data: { values: { series: string; percent: number }[] } }).data;
  const most = (series: RegExp): number =>
    Math.max(...values.filter((value) => series.test(value.series)).map(({ percent }) => percent));
  assert.equal(most(/kept/), 100);
  assert.ok(most(/taken away/) < 100);
  await renderSvg(spec);
});

test('a picture by category says what its percentages are of, and each data set once', () => {
  for (const draw of inferenceFigures) {
    const caption = draw(RECORDS)?.caption ?? '';
    assert.match(
      caption,
      /^"5 %": .* strongest 5 % .* Cue conflicts of Relief-16, decisions of all seeds added up\./,
    );
    assert.match(caption, / runs on Relief-16, stimuli of Geirhos et al\. \(2019\), seeds/);
  }
});
