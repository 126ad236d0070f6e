import assert from 'node:assert/strict';
import * as path from 'node:path';
import { test } from 'node:test';
import { lintNotebook } from '../../lib/notebook/lint';
import { notebookFiles } from '../../lib/notebook/notebookFile';

for (const file of notebookFiles([])) {
  test(`${path.basename(file)} is in order`, () => {
    assert.deepEqual(lintNotebook(file), []);
  });
}
