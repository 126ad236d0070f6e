import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jet } from '../../lib/colourMap';
import { overlay } from '../../lib/explain/overlay';
import { spreadOf } from '../../lib/explain/spread';

test('a map on one pixel is spread nowhere, an even one everywhere, an empty one has no spread', () => {
  assert.deepEqual(spreadOf([0, 0, 1, 0]), { entropy: 0, areaAboveHalf: 0.25 });
  const even = spreadOf([2, 2, 2, 2]);
  assert.ok(even !== null && Math.abs(even.entropy - 1) < 1e-12 && even.areaAboveHalf === 1);
  assert.equal(spreadOf([0, 0]), null);
  const half = spreadOf([1, 1, 0, 0]);
  assert.ok(half !== null && Math.abs(half.entropy - 0.5) < 1e-12 && half.areaAboveHalf === 0.5);
  assert.deepEqual(spreadOf([1, 0.5])?.areaAboveHalf, 0.5, 'exactly half is not above half');
  assert.throws(() => spreadOf([1, -1]), /finite values from 0; position 1 has -1/);
  assert.throws(() => spreadOf([Number.NaN]), /position 0 has NaN/);
});

test('JET goes from blue over green to red', () => {
  assert.deepEqual(jet(0), [0, 0, 128]);
  assert.deepEqual(jet(0.5), [128, 255, 128]);
  assert.deepEqual(jet(1), [128, 0, 0]);
  assert.deepEqual(jet(0.75), [255, 128, 0]);
});

test('an overlay is half heat and half image, as bright as bytes allow', () => {
  const mixed = overlay([0, 1], Uint8Array.of(255, 255, 255, 0, 0, 0));
  // (0 + 255, 0 + 255, 128 + 255) / 2 and (128 + 0, 0, 0) / 2, over the largest.
  const scale = 255 / (128 + 255);
  const expected = [255, 255, 383, 128, 0, 0].map((value) => value * scale);
  mixed.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) <= 1, `byte ${i}: ${value}`);
  });
  assert.throws(() => overlay([0], new Uint8Array(6)), /1 values needs an image of as many pixels, not of 2/);
});
