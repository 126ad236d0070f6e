// The browser's sides of Node's modules, in Node: the same answers, or a refusal in words.
import assert from 'node:assert/strict';
import * as crypto from 'node:crypto';
import { test } from 'node:test';
import * as zlib from 'node:zlib';
import { createHash } from '../../lib/book/live/platform/crypto';
import { putFile } from '../../lib/book/live/platform/files';
import * as fs from '../../lib/book/live/platform/fs';
import sharp from '../../lib/book/live/platform/sharp';
import { workerScript } from '../../lib/book/live/platform/workerScript';
import { Worker } from '../../lib/book/live/platform/workerThreads';
import { deflateSync, inflateSync } from '../../lib/book/live/platform/zlib';
import { Random } from '../../lib/random';

const random = new Random(3);
const bytes = Uint8Array.from({ length: 100_000 }, () => random.integer(7));

test('SHA-256 of text and bytes is that of Node; other algorithms are refused', () => {
  const parts = ['Größe ', bytes, ''];
  const [there, here] = [createHash('sha256'), crypto.createHash('sha256')];
  for (const part of parts) {
    there.update(part);
    here.update(part);
  }
  assert.equal(there.digest('hex'), here.digest('hex'));
  assert.throws(() => createHash('md5'), /sha256 only, not by md5/);
});

test('what Node packs is unpacked, and the other way round; damaged data throw', () => {
  assert.deepEqual(inflateSync(zlib.deflateSync(bytes, { level: 9 })), bytes);
  assert.deepEqual(new Uint8Array(zlib.inflateSync(deflateSync(bytes, { level: 1 }))), bytes);
  assert.throws(() => inflateSync(bytes));
});

test('files are those that were handed over; the others are named, and nothing is written', () => {
  putFile('/data/a.txt', Buffer.from('übers').toString('base64'));
  assert.equal(fs.readFileSync('/data/a.txt', 'utf8'), 'übers');
  assert.equal(fs.readFileSync('/data/a.txt').readUInt8(2), 'b'.charCodeAt(0));
  assert.deepEqual([fs.existsSync('/data/a.txt'), fs.existsSync('/data/b.txt')], [true, false]);
  assert.throws(() => fs.readFileSync('/data/b.txt'), /\/data\/b\.txt is not among the files of this page/);
  for (const write of [fs.mkdirSync, fs.openSync, fs.renameSync, fs.rmSync])
    assert.throws(write, /keeps no files/);
});

test('raw pixels pass through sharp; SVG, resizing and threads are refused', async () => {
  const raw = { width: 2, height: 1, channels: 3 };
  const { data, info } = await sharp(bytes, { raw }).raw().toBuffer();
  assert.deepEqual([data, info], [bytes, raw]);
  assert.throws(() => sharp(bytes), /draws no SVG/);
  assert.throws(() => sharp(bytes, { raw }).resize(), /does not resize as libvips does/);
  assert.throws(() => new Worker(), /ask for one worker/);
  assert.throws(() => workerScript('lib/x.ts'), /lib\/x\.ts cannot be run in a thread/);
});
