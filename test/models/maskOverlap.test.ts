import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Masks, maskOverlap } from '../../lib/models/maskOverlap';
import { Random } from '../../lib/random';

const mask = (text: string) => Uint8Array.from(text, Number);

/** The expected IoU of random masks, by the whole hypergeometric distribution. */
function exactIou(n: number, a: number, b: number): number {
  const logFactorial = (m: number) => {
    let sum = 0;
    for (let i = 2; i <= m; i++) sum += Math.log(i);
    return sum;
  };
  const logChoose = (m: number, k: number) => logFactorial(m) - logFactorial(k) - logFactorial(m - k);
  let expected = 0;
  for (let shared = Math.max(0, a + b - n); shared <= Math.min(a, b); shared++) {
    const log = logChoose(a, shared) + logChoose(n - a, b - shared) - logChoose(n, b);
    expected += (Math.exp(log) * shared) / (a + b - shared);
  }
  return expected;
}

/** A mask of which exactly the first `kept` are 1. */
const first = (size: number, kept: number) => Uint8Array.from({ length: size }, (_, i) => (i < kept ? 1 : 0));

test('counts and intersection over union, for each weight and in all', () => {
  const a = { conv: mask('110010'), fc: mask('1110') };
  const b = { conv: mask('101010'), fc: mask('0000') };
  const { layers, all } = maskOverlap(a, b);
  assert.deepEqual(
    [layers.conv, layers.fc, all].map(({ size, first, second, shared, union, iou }) => [
      ...[size, first, second, shared, union, iou],
    ]),
    [
      [6, 3, 3, 2, 4, 0.5],
      [4, 3, 0, 0, 3, 0],
      [10, 6, 3, 2, 7, 2 / 7],
    ],
  );
});

test('the IoU expected by chance equals the exact one', () => {
  for (const [n, a, b, tolerance] of [
    [300, 150, 150, 1e-4],
    [300, 270, 240, 1e-4],
    [300, 30, 200, 1e-4],
    [200, 20, 20, 1e-3],
    [24, 12, 6, 1e-2],
    [5, 5, 5, 1e-12],
    [1, 1, 0, 1e-12],
  ]) {
    const { layers } = maskOverlap({ w: first(n, a) }, { w: first(n, b) });
    const error = Math.abs(layers.w.expectedIou - exactIou(n, a, b));
    assert.ok(error < tolerance, `${n}, ${a}, ${b}: off by ${error}`);
  }
});

test('in all, chance keeps what each layer keeps: simulated', () => {
  const sizes = { dense: [60, 54, 48], sparse: [100, 10, 20] } as const;
  const shuffled = (name: keyof typeof sizes, which: 1 | 2, random: Random) => {
    const [size] = sizes[name];
    const order = random.permutation(size);
    return Uint8Array.from(order, (place) => (place < sizes[name][which] ? 1 : 0));
  };
  const random = new Random(1);
  const draw = (which: 1 | 2): Masks => ({
    dense: shuffled('dense', which, random),
    sparse: shuffled('sparse', which, random),
  });
  const runs = Array.from({ length: 4000 }, () => maskOverlap(draw(1), draw(2)).all);
  const mean = runs.reduce((sum, { iou }) => sum + iou, 0) / runs.length;
  assert.ok(Math.abs(mean - runs[0].expectedIou) < 1.5e-3, `${mean} against ${runs[0].expectedIou}`);
  // Masks spread over both layers without regard to their shares would overlap less.
  assert.ok(runs[0].expectedIou > exactIou(160, 64, 68) + 0.1);
});

test('equal masks overlap wholly, also empty ones; masks over other weights are refused', () => {
  const a = { w: first(8, 3) };
  assert.equal(maskOverlap(a, a).all.iou, 1);
  const empty = maskOverlap({ w: first(8, 0) }, { w: first(8, 0) }).all;
  assert.deepEqual([empty.iou, empty.expectedIou], [1, 1]);
  assert.throws(
    () => maskOverlap(a, { w: first(7, 3) }),
    /"w" is 8 values in the first and 7 values in the second/,
  );
  assert.throws(() => maskOverlap(a, { ...a, v: first(7, 3) }), /"v" is nothing in the first and 7 values/);
  assert.throws(() => maskOverlap({}, {}), /over no weight at all/);
});
