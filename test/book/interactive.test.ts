// What figures gain: every committed one still compiles, and legends select.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import type { TopLevelSpec } from 'vega-lite';
import { interactive, isWorthScript, type Spec } from '../../lib/book/interactive';
import { renderSvg } from '../../lib/figures/render';
import { fromRoot } from '../../lib/files';

const specs = fs
  .readdirSync(fromRoot('figures'))
  .filter((file) => file.endsWith('.vl.json'))
  .map((file) => [file, JSON.parse(fs.readFileSync(fromRoot('figures', file), 'utf8')) as Spec] as const);

test('every figure compiles without a warning once it answers to the pointer', async () => {
  for (const [file, spec] of specs.filter(([, spec]) => isWorthScript(spec)))
    await renderSvg(interactive(spec) as unknown as TopLevelSpec).catch((error: Error) =>
      assert.fail(`${file}: ${error.message}`),
    );
});

test('figures of pictures alone stay pictures', () => {
  const still = specs.filter(([, spec]) => !isWorthScript(spec)).map(([file]) => file);
  assert.ok(still.includes('montage-parametric.vl.json'));
  assert.ok(!still.includes('topk-shape-bias-tiny.vl.json'));
});

test('the legend of a colour selects, once for all views that share it', () => {
  const view = { mark: 'point', encoding: { color: { field: 'kind', type: 'nominal' } } };
  const { hconcat } = interactive({ hconcat: [view, view] }) as { hconcat: Spec[] };
  assert.deepEqual(hconcat[0].params, [
    { name: 'picked1', select: { type: 'point', fields: ['kind'] }, bind: 'legend' },
  ]);
  assert.equal('params' in hconcat[1], false);
  for (const { encoding } of hconcat) assert.match(JSON.stringify(encoding), /"opacity":.*"param":"picked1"/);
});

test('a colour that is a quantity, one without a legend, and an opacity that is data are left alone', () => {
  for (const color of [
    { field: 'value', type: 'quantitative' },
    { field: 'kind', type: 'nominal', legend: null },
  ])
    assert.equal('params' in interactive({ mark: 'point', encoding: { color } }), false);
  const encoding = { color: { field: 'kind', type: 'nominal' }, opacity: { field: 'share' } };
  assert.deepEqual((interactive({ mark: 'point', encoding }) as { encoding: unknown }).encoding, encoding);
});
