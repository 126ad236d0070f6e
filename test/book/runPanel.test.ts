// What the panel of a run says, for each of the axes along which records keep curves.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPanel } from '../../lib/book/runPanel';
import { renderSvg } from '../../lib/figures/render';
import { type RunRecord, readRecords } from '../../lib/results/record';

for (const [experiment, time] of [
  ['stimuli-transfer', 'epoch'],
  ['few-shot-gan', 'iteration'],
] as const)
  test(`the curves of ${experiment} are drawn over the ${time}, which the axis names`, async () => {
    const [record] = readRecords({ experiment });
    const { curves } = runPanel(record, [record], 'records');
    assert.ok(curves !== null);
    const { data, spec, facet } = JSON.parse(JSON.stringify(curves));
    assert.equal(facet.sort.includes(time), false);
    assert.deepEqual([spec.encoding.x.field, spec.encoding.x.title], [time, time]);
    assert.equal(data.values[1][time], record.curves[time][1]);
    assert.match(await renderSvg(curves), new RegExp(`>${time}</text>`));
  });

test('a record without curves, and one of a single step, has nothing to draw', () => {
  const [record] = readRecords({ experiment: 'stimuli-transfer' });
  const bare: RunRecord['curves'][] = [
    {},
    { iteration: [1], loss: [2] },
    { iteration: [1, 2] },
    { loss: [1, 2] },
  ];
  for (const curves of bare) assert.equal(runPanel({ ...record, curves }, [record], 'records').curves, null);
});
