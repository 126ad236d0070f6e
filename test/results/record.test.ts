import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { mock, test } from 'node:test';
import { sha256 } from '../../lib/files';
import { hashJson } from '../../lib/results/canonical';
import { lookUp, staleReasons } from '../../lib/results/lookUp';
import { type RunRecord, readRecord, readRecords, recordFile, writeRecord } from '../../lib/results/record';
import { syntheticRecord } from './syntheticRecords';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-records-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

const key = {
  configHash: '1'.repeat(64),
  codeHash: '2'.repeat(64),
  equalCode: [],
  dataHash: '3'.repeat(64),
  engineFamily: 'wasm',
};

/** The record with one field, given by its path, set to a value, or removed. */
function altered(field: string, value: unknown): unknown {
  const record = JSON.parse(JSON.stringify(syntheticRecord()));
  const keys = field.split('.');
  const parent = keys.slice(0, -1).reduce((object, name) => object[name], record);
  if (value === undefined) delete parent[keys.at(-1) ?? ''];
  else parent[keys.at(-1) ?? ''] = value;
  return record;
}

test('a record survives writing and reading', () => {
  const file = recordFile('tiny', 'topk-training', 'a', folder);
  writeRecord(file, syntheticRecord());
  assert.deepEqual(readRecord(file), syntheticRecord());
  assert.deepEqual(readRecords({ folder, profile: 'tiny' }), [syntheticRecord()]);
  assert.deepEqual(readRecords({ folder, profile: 'paper' }), []);
});

test('a record that is not one is refused with its file and field', () => {
  const file = path.join(folder, 'bad.json');
  const cases: [string, unknown, RegExp][] = [
    ['colour', 'red', /bad\.json: Unknown field "colour"/],
    ['engine.nmae', 'x', /Unknown field "engine\.nmae"\. Did you mean "engine\.name"\?/],
    ['dataHash', undefined, /bad\.json: field "dataHash" must be a SHA-256.*missing/],
    ['seconds', '90', /field "seconds" must be a finite number, but is "90"/],
    ['metrics.original.value', 'high', /field "metrics\.original\.value" must be a finite number/],
    ['metrics.original.interval', [1], /field "metrics\.original\.interval" must be a list of two/],
    ['curves.loss', [1, null], /field "curves\.loss\.1"/],
    ['cell.seed', 0.5, /field "cell\.seed" must be a whole number/],
    ['cell.id', 'Not An Id', /field "cell\.id"/],
    ['date', 'yesterday', /field "date" must be a day/],
    ['schema', 1, /field "schema" must be the record schema 2, but is 1/],
  ];
  for (const [field, value, complaint] of cases) {
    fs.writeFileSync(file, JSON.stringify(altered(field, value)));
    assert.throws(() => readRecord(file), complaint, field);
  }
  fs.writeFileSync(file, '{ "schema": 1,');
  assert.throws(() => readRecord(file), /bad\.json is not a readable record/);
  assert.throws(() => writeRecord(file, altered('seconds', Number.NaN) as RunRecord), /"seconds"/);
});

test('a number changed by hand is named with its file, whatever the number', () => {
  const file = recordFile('tiny', 'sealed', 'a', folder);
  writeRecord(file, syntheticRecord());
  const written = fs.readFileSync(file, 'utf8');
  const changes: [string, string][] = [
    ['"value": 0.9', '"value": 0.8'],
    ['"correct": 270', '"correct": 271'],
    ['"loss": [ 2.1,', '"loss": [ 2.2,'],
    ['"seconds": 90', '"seconds": 91'],
    ['"date": "2026-01-02"', '"date": "2026-01-03"'],
    ['"seal": "', '"seal": "0'],
  ];
  for (const [before, after] of changes) {
    assert.ok(written.includes(before), before);
    fs.writeFileSync(file, written.replace(before, after));
    assert.throws(
      () => readRecord(file),
      /a\.json is not what its run wrote: its content does not match its seal.*git checkout.*npm run cell/,
      after,
    );
    assert.equal(lookUp(file, key).state, 'unreadable');
  }
  fs.writeFileSync(file, JSON.stringify(syntheticRecord()));
  assert.throws(() => readRecord(file), /it has no seal/);
  fs.writeFileSync(file, JSON.stringify(JSON.parse(written)));
  assert.deepEqual(readRecord(file), syntheticRecord(), 'layout is not content');
});

test('a file of a record that is gone or was changed asks for a new run', () => {
  const file = recordFile('tiny', 'artifacts', 'a', folder);
  const network = path.join(path.dirname(file), 'a.safetensors');
  const bytes = Buffer.from('weights');
  writeRecord(file, {
    ...syntheticRecord(),
    artifacts: [{ file: 'a.safetensors', sha256: sha256(bytes), bytes: bytes.length }],
  });
  const reasons = (): readonly string[] => {
    const stored = lookUp(file, key);
    return stored.state === 'stale' ? stored.reasons : [stored.state];
  };
  assert.deepEqual(reasons(), ['its file a.safetensors is missing']);
  fs.writeFileSync(network, bytes);
  assert.deepEqual(reasons(), ['valid']);
  fs.writeFileSync(network, 'Weights');
  assert.deepEqual(reasons(), ['its file a.safetensors changed']);
});

test('a full disk leaves the previous record and no rubbish', () => {
  const file = recordFile('tiny', 'full', 'a', folder);
  writeRecord(file, syntheticRecord());
  const full = mock.method(fs, 'writeFileSync', () => {
    throw Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  });
  try {
    assert.throws(() => writeRecord(file, syntheticRecord({ seed: 1 })), /the disk is full/);
  } finally {
    full.mock.restore();
  }
  assert.equal(readRecord(file).cell.seed, 0);
  assert.deepEqual(fs.readdirSync(path.dirname(file)), ['a.json']);
});

test('a record is stale when configuration, code, data or engine differ, and says which', () => {
  assert.deepEqual(staleReasons(syntheticRecord(), key), []);
  const differs = (change: object): string => staleReasons(syntheticRecord(), { ...key, ...change }).join();
  assert.match(differs({ configHash: 'x' }), /configuration/);
  assert.match(differs({ codeHash: 'x' }), /sources/);
  assert.equal(differs({ codeHash: 'x', equalCode: ['2'.repeat(64)] }), '');
  assert.match(differs({ dataHash: 'x' }), /data changed/);
  assert.match(differs({ engineFamily: 'tensorflow' }), /run on wasm, not on tensorflow/);
  assert.equal(differs({ dataHash: null, engineFamily: null }), '');
});

test('the hash of a configuration does not depend on the order of its keys', () => {
  assert.equal(hashJson({ a: 1, b: { c: 2, d: [3] } }), hashJson({ b: { d: [3], c: 2 }, a: 1 }));
  assert.notEqual(hashJson({ a: [1, 2] }), hashJson({ a: [2, 1] }));
});

test('an unreadable record is a reason to run, not an error', () => {
  const file = recordFile('tiny', 'broken', 'a', folder);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, '{}');
  assert.equal(lookUp(file, key).state, 'unreadable');
  assert.equal(lookUp(`${file}.none`, key).state, 'missing');
});
