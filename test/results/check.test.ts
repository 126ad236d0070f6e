// What the checks of a file's fields refuse, and how they say it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Check, check, integer, list, nullable, number, object, text } from '../../lib/results/check';

const refuses = (checked: Check, values: readonly unknown[], message: RegExp): void => {
  for (const value of values)
    assert.throws(() => check(checked, value, 'a.json'), message, JSON.stringify(value));
};

test('values of other kinds are refused, and files, fields and values named', () => {
  refuses(number, ['1', null, true, Number.NaN, Number.POSITIVE_INFINITY, [1]], /a\.json.*a finite number/);
  refuses(integer, ['1', 1.5, -1, null, 2 ** 53], /a\.json.*a whole number of at least 0/);
  for (const value of [0, 7]) check(integer, value, 'a.json');
  // A pattern alone would read numbers and lists as text.
  refuses(text(/^5$/, 'a five'), [5, ['5'], null, '6'], /a five/);
  refuses(list(number), [{ length: 0 }, 'text', null, 1], /a list/);
  refuses(object({ a: number }), [[], null, 'text', 1, undefined], /an object/);
  refuses(object({ a: list(nullable(number)) }), [{ a: [1, null, '2'] }], /a\.json.*a\W*2.*"2"/);
  check(object({ a: list(nullable(number)) }), { a: [1, null] }, 'a.json');
});

test('long values are cut where they are quoted, short ones are whole', () => {
  const quoted = (length: number): string => {
    try {
      check(number, 'x'.repeat(length), 'a.json');
      return '';
    } catch (error) {
      return /"x+("|\.\.\.)/.exec((error as Error).message)?.[0] ?? '';
    }
  };
  assert.equal(quoted(78), `"${'x'.repeat(78)}"`);
  assert.equal(quoted(79), `"${'x'.repeat(76)}...`);
});
