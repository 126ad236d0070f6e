// The notebook of the ledger asks every question of every paper, each once and below its own words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromRoot } from '../../lib/files';
import { readNotebook, textOf } from '../../lib/notebook/notebookFile';
import { papersWithClaims, readClaimGroups, readClaims } from '../../lib/results/papers';

const { cells } = readNotebook(fromRoot('notebooks', '30-claims.ipynb'));
/** The cell of a question, with the text before it. */
const asked = cells.flatMap((cell, i) => {
  const [, paper, id] = /readClaimGroup\('([\w-]+)', '([\w-]+)'\)\)/.exec(textOf(cell.source)) ?? [];
  return id === undefined ? [] : [{ paper, id, cell, before: textOf(cells[i - 1].source) }];
});

test('every question is shown once', () => {
  const all = papersWithClaims().flatMap((paper) => readClaimGroups(paper).map(({ id }) => `${paper} ${id}`));
  assert.deepEqual(asked.map(({ paper, id }) => `${paper} ${id}`).sort(), all.sort());
});

test('its table holds the claims of the question, and the claims that its text names are among them', () => {
  for (const { paper, id, cell, before } of asked) {
    const own = readClaims(paper).flatMap((claim) => (claim.group === id ? [claim.id] : []));
    const [output] = (cell.outputs ?? []).filter(({ data }) => data?.['text/html'] !== undefined);
    const html = textOf(output.data?.['text/html'] as string[]);
    const shown = [...html.matchAll(/<tr><th><\/th><td[^>]*>([A-Z]\d+)<\/td>/g)].map(([, claim]) => claim);
    assert.deepEqual([...new Set(shown)].sort(), own.sort(), id);
    const named = before.match(/\b[A-DM-OR]\d{1,2}\b/g) ?? [];
    assert.ok(named.length === 0 || named.some((claim) => own.includes(claim)), `${id}: ${named.join(', ')}`);
  }
});

test('its first words count the claims', () => {
  const count = papersWithClaims().reduce((sum, paper) => sum + readClaims(paper).length, 0);
  assert.equal(count, 39);
  assert.match(textOf(cells[0].source), /Thirty-nine claims/);
});
