import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderSvg } from '../../lib/figures/render';
import { seriesFigure } from '../../lib/figures/series';

const about = { id: 'two-lines', x: 'step', y: 'weight', caption: 'Two lines.' };

test('each series is a line under its name; long ones are thinned', async () => {
  const long = Array.from({ length: 5000 }, (_, i) => i);
  const { spec } = seriesFigure({ ...about, lines: { paper: [0, 1, 2], code: long } });
  const svg = await renderSvg(spec);
  assert.ok(svg.includes('>paper</text>') && svg.includes('>code</text>'));
  const { values } = (spec as unknown as { data: { values: unknown[] } }).data;
  assert.equal(values.length, 3 + 1000);
});

test('a line alone has no legend; the axis begins at the first step', async () => {
  const { spec } = seriesFigure({ ...about, first: 1, lines: { paper: [0, 1] } });
  assert.ok(!(await renderSvg(spec)).includes('>paper</text>'));
  const { values } = (spec as unknown as { data: { values: { at: number }[] } }).data;
  assert.deepEqual(
    values.map(({ at }) => at),
    [1, 2],
  );
});

test('no values are refused', () => {
  assert.throws(() => seriesFigure({ ...about, lines: {} }), /"two-lines" has no values/);
});
