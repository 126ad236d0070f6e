import assert from 'node:assert/strict';
import fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { mock, test } from 'node:test';
import { hashConfig, lookUp, staleReasons } from '../../lib/results/lookUp';
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
    ['schema', 2, /field "schema" must be the record schema 1, but is 2/],
  ];
  for (const [field, value, complaint] of cases) {
    fs.writeFileSync(file, JSON.stringify(altered(field, value)));
    assert.throws(() => readRecord(file), complaint, field);
  }
  fs.writeFileSync(file, '{ "schema": 1,');
  assert.throws(() => readRecord(file), /bad\.json is not a readable record/);
  assert.throws(() => writeRecord(file, altered('seconds', Number.NaN) as RunRecord), /"seconds"/);
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
  assert.equal(hashConfig({ a: 1, b: { c: 2, d: [3] } }), hashConfig({ b: { d: [3], c: 2 }, a: 1 }));
  assert.notEqual(hashConfig({ a: [1, 2] }), hashConfig({ a: [2, 1] }));
});

test('an unreadable record is a reason to run, not an error', () => {
  const file = recordFile('tiny', 'broken', 'a', folder);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, '{}');
  assert.equal(lookUp(file, key).state, 'unreadable');
  assert.equal(lookUp(`${file}.none`, key).state, 'missing');
});
