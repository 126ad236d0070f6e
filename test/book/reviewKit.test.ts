// The review kit, without the minutes that its benchmark takes.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { strFromU8, unzipSync } from 'fflate';
import { brokenLinks } from '../../lib/book/links';
import { writeReviewKit } from '../../lib/book/reviewKit';
import { fromRoot } from '../../lib/files';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-review-test-'));
after(() => fs.rmSync(folder, { recursive: true }));

const benchmark = path.join(folder, 'benchmark');
fs.mkdirSync(benchmark);
fs.writeFileSync(path.join(benchmark, 'report.html'), '<!doctype html><title>report</title>');
const given = { benchmark, environment: '✔ Node\n', commands: 'npm run reproduce\n' };

test('one file holds the book, the ledger, the records, the report, the machine and the commands, and its links resolve', async () => {
  const out = path.join(folder, 'kit.zip');
  const bytes = await writeReviewKit({ ...given, out });
  assert.equal(fs.statSync(out).size, bytes);
  const files = unzipSync(new Uint8Array(fs.readFileSync(out)));
  const ledger = fs.readFileSync(fromRoot('figures', 'claims.json'), 'utf8');
  assert.equal(strFromU8(files['ledger/claims.json']), ledger);
  assert.deepEqual(
    Object.keys(files).filter((file) => /^ledger\/claims-effects/.test(file)),
    ['ledger/claims-effects.svg', 'ledger/claims-effects.txt'],
  );
  assert.equal(strFromU8(files['environment.txt']), '✔ Node\n');
  const record = 'records/tiny/stimuli-transfer/seed0.json';
  assert.equal(strFromU8(files[`book/${record}`]), fs.readFileSync(fromRoot('data', record), 'utf8'));
  const unpacked = path.join(folder, 'unpacked');
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(unpacked, name)), { recursive: true });
    fs.writeFileSync(path.join(unpacked, name), content);
  }
  assert.deepEqual(brokenLinks(unpacked), []);
  assert.deepEqual(
    fs.readdirSync(folder).sort(),
    ['benchmark', 'kit.zip', 'unpacked'],
    'nothing is left over',
  );
});

test('another ending and a folder that is not there are refused before anything is done', async () => {
  await assert.rejects(
    writeReviewKit({ ...given, out: path.join(folder, 'kit.tar') }),
    /one file that ends in \.zip/,
  );
  const out = path.join(folder, 'nowhere', 'kit.zip');
  await assert.rejects(writeReviewKit({ ...given, out }), /there is no folder .*nowhere/);
});
