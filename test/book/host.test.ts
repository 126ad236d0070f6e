// What becomes of questions when a worker ends, also while it starts; without a browser: page and worker are played.
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { type AssetName, RECEIVER, type Receiver } from '../../lib/book/live/assets';
import type { LiveWorker } from '../../lib/book/live/host';
import type { FromWorker, ToWorker } from '../../lib/book/live/protocol';

/** A worker that answers each task with the task's name. */
class PlayedWorker {
  static started: PlayedWorker[] = [];
  onmessage: ((event: { data: FromWorker }) => void) | null = null;
  onerror: ((event: { message: string }) => void) | null = null;
  readonly told: ToWorker['kind'][] = [];
  ended = false;

  constructor() {
    PlayedWorker.started.push(this);
  }

  postMessage(message: ToWorker): void {
    this.told.push(message.kind);
    if (message.kind !== 'task' || this.ended) return;
    queueMicrotask(() =>
      this.onmessage?.({ data: { kind: 'result', id: message.id, result: message.task } }),
    );
  }

  terminate(): void {
    this.ended = true;
  }
}

/** The scripts that the page asked for. */
const scripts: { src: string; onload?: () => void; onerror?: () => void }[] = [];
const document = {
  currentScript: { src: 'file:///book/assets/live.js' },
  createElement: () => ({}),
  head: { append: (script: { src: string }) => scripts.push(script) },
};
Object.assign(globalThis, { document, location: { search: '' }, Worker: PlayedWorker });

/** The scripts that were asked for arrive, and those that are asked for then. */
async function load(): Promise<void> {
  await new Promise(setImmediate);
  while (scripts.length > 0) {
    const script = scripts.shift()!;
    const name = /live-(.+)\.js$/.exec(script.src)![1] as AssetName;
    const held = name === 'pictures' ? 'the source' : {};
    (globalThis as unknown as Record<typeof RECEIVER, Receiver>)[RECEIVER](name, held);
    script.onload!();
    await new Promise(setImmediate);
  }
}

let worker: LiveWorker;
beforeEach(async () => {
  PlayedWorker.started = [];
  const { LiveWorker } = await import('../../lib/book/live/host');
  worker = new LiveWorker('pictures');
});

test('a script that does not load is named', async () => {
  const failed = worker.ask('first', {});
  await new Promise(setImmediate);
  scripts.shift()!.onerror!();
  await assert.rejects(failed, /live-pictures\.js could not be loaded/);
  assert.deepEqual(PlayedWorker.started, []);
});

test('so is one that hands nothing over; the next question asks for it again', async () => {
  const failed = worker.ask('first', {});
  await new Promise(setImmediate);
  scripts.shift()!.onload!();
  await assert.rejects(failed, /live-pictures\.js came without what it should hold/);
  const next = worker.ask('second', {});
  await load();
  assert.equal(await next, 'second');
});

test('a worker that is closed while it starts ends its questions, and takes no other', async () => {
  const starting = worker.ask('first', {});
  worker.close();
  await assert.rejects(starting, /^Error: The worker ended: it was closed\.$/);
  await load();
  await assert.rejects(worker.ask('late', {}), /it was closed/);
  assert.deepEqual(
    PlayedWorker.started.map(({ ended }) => ended),
    [true],
  );
});

test('a worker that is started again while it starts ends its questions, and answers the next', async () => {
  const starting = worker.ask('first', {}, { data: ['spectrum'] });
  await new Promise(setImmediate);
  worker.restart('no memory');
  await assert.rejects(starting, /^Error: The worker ended: no memory\.$/);
  const next = worker.ask('second', {});
  await load();
  assert.equal(await next, 'second');
  assert.deepEqual(
    PlayedWorker.started.map(({ ended }) => ended),
    [true, false],
  );
});

test('the files of a worker are handed to it, not to one that ended before it had started', async () => {
  const ended = assert.rejects(worker.ask('first', {}), /no memory/);
  worker.restart('no memory');
  const next = worker.ask('second', {});
  await load();
  assert.equal(await next, 'second');
  await ended;
  assert.deepEqual(
    PlayedWorker.started.map(({ told }) => told),
    [['environment'], ['environment', 'files', 'files', 'task']],
  );
});

test("the late error of a worker that was ended is not its successor's", async () => {
  const first = worker.ask('first', {});
  await load();
  assert.equal(await first, 'first');
  worker.restart('no memory');
  assert.equal(await worker.ask('second', {}), 'second');
  const [former, present] = PlayedWorker.started;
  former.onerror?.({ message: 'no memory either' });
  assert.equal(await worker.ask('third', {}), 'third');
  assert.equal(PlayedWorker.started.length, 2);
  assert.deepEqual([former.ended, present.ended], [true, false]);
});
