import assert from 'node:assert/strict';
import { test } from 'node:test';
import { activationMaps } from '../../lib/figures/activationMaps';
import { renderSvg } from '../../lib/figures/render';

const options = { id: 'maps', caption: 'two maps', width: 3 };

test('maps become heat maps on one scale', async () => {
  const maps = [
    { title: 'a', values: [0, 1, -2, 3, 4, 5] },
    { title: 'b', values: new Float32Array(6) },
  ];
  const svg = await renderSvg(activationMaps(maps, options).spec);
  assert.match(svg, /<svg/);
  assert.match(svg, />a</);
});

test('maps of different sizes are refused by name', () => {
  const maps = [
    { title: 'a', values: [0, 1, 2] },
    { title: 'b', values: [0, 1] },
  ];
  assert.throws(() => activationMaps(maps, options), /"b" has 2 positions/);
  assert.throws(() => activationMaps([], options), /at least one map/);
});
