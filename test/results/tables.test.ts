import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Table, toCsv, toHtml, toMarkdown } from '../../lib/results/tables';

const table: Table = {
  id: 'example',
  title: 'A & B',
  columns: ['Name', 'Value'],
  rows: [
    ['a|b', 1.5],
    ['say "x", <y>', null],
  ],
  caption: 'Two rows.',
};

test('Markdown escapes bars and sets numbers to the right', () => {
  assert.equal(
    toMarkdown(table),
    '### A & B\n\n| Name | Value |\n| :--- | ---: |\n| a\\|b | 1.5 |\n| say "x", &lt;y> | – |\n\nTwo rows.\n',
  );
});

test('HTML escapes text', () => {
  const html = toHtml(table);
  assert.match(html, /<strong>A &amp; B<\/strong>/);
  assert.match(html, /<td>say &quot;x&quot;, &lt;y&gt;<\/td><td align="right">–<\/td>/);
});

test('CSV quotes what needs it', () => {
  assert.equal(toCsv(table), 'Name,Value\r\na|b,1.5\r\n"say ""x"", <y>",\r\n');
});

test('a row of the wrong length is named', () => {
  assert.throws(
    () => toCsv({ ...table, rows: [['a', 1], ['b']] }),
    /Table "example", row 1: 1 values for 2 columns/,
  );
});
