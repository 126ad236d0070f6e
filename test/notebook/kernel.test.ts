// The launcher's promises, on one kernel: each cell is sent as a front end would send it.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot } from '../../lib/files';
import { JupyterKernel, type MessageContent } from '../../lib/notebook/jupyterClient';

let kernel: JupyterKernel;
before(async () => {
  kernel = await JupyterKernel.start();
});
after(() => kernel.shutdown());

interface Ran {
  status: string;
  count: number;
  text: string;
  error?: MessageContent;
}

/** Runs a cell; `interruptOn` interrupts soon after that text has been printed. */
async function run(code: string, interruptOn?: string): Promise<Ran> {
  let text = '';
  let error: MessageContent | undefined;
  const reply = await kernel.execute(code, {
    timeout: 30_000,
    onOutput: (type, content) => {
      if (type === 'error') error = content;
      if (type !== 'stream') return;
      text += content.text;
      // Not at once: Node loses a SIGINT that arrives just as the synchronous part of a cell ends.
      if (interruptOn && content.text.includes(interruptOn)) setTimeout(() => kernel.interrupt(), 300);
    },
  });
  if (reply.status !== 'ok') await sleep(250); // cells sent sooner are dropped, as Run All wants it
  return { status: reply.status, count: reply.execution_count, text, error };
}

test('cells import the library from source, whatever the folder the kernel was started in', async () => {
  const { status, text } = await run(
    "import { unknownName } from './lib/suggest';\nunknownName('x', 'a', ['b']).message",
  );
  assert.equal(status, 'ok');
  assert.match(text, /Unknown x "a"/);
});

test('an error names itself, with lines of the sources and no frame of tslab', async () => {
  await run(
    'interface Unused { a: string }\n\nfunction fails(): never {\n  throw unknownName("x", "a", []);\n}',
  );
  const { status, count, error } = await run('const before = 1;\n\nfails();');
  assert.equal(status, 'error');
  assert.deepEqual([error?.ename, error?.evalue], ['Error', 'Unknown x "a". Known: none.']);
  const trace: string = error?.traceback.join('\n');
  const line =
    fs
      .readFileSync(fromRoot('lib', 'suggest.ts'), 'utf8')
      .split('\n')
      .findIndex((text) => text.includes('new Error(')) + 1;
  assert.match(trace, new RegExp(`unknownName \\(lib/suggest\\.ts:${line}:\\d+\\)`));
  assert.match(trace, new RegExp(`cell \\[${count - 1}\\], line 4`));
  assert.match(trace, new RegExp(`cell \\[${count}\\], line 3`));
  assert.doesNotMatch(trace, /tslab|node:|\.cjs/);
  assert.ok(!trace.includes(process.cwd()));
});

test('the cause of an error, and things thrown that are no errors, are shown', async () => {
  const { error } = await run("throw new Error('outer', { cause: new RangeError('inner') });");
  assert.match(error?.traceback.join('\n'), /outer[\s\S]*caused by:[\s\S]*RangeError: inner/);
  assert.equal((await run("throw 'text';")).error?.evalue, "'text'");
});

test('types are strict: a type error fails the cell and shows line and source', async () => {
  const { error } = await run('const fine = 1;\nfunction f(x) { return x; }');
  assert.equal(error?.ename, 'TypeScriptError');
  assert.match(error?.evalue, /line 2: Parameter 'x' implicitly has an 'any' type/);
  assert.match(error?.traceback.join('\n'), /function f\(x\)[^\n]*\n\s+\^/);
});

test('await before a bracket works', async () => {
  assert.match((await run('console.log(await (async () => 5)(), await (Promise.resolve(6)));')).text, /5 6/);
});

test('shorthand properties see variables of earlier cells', async () => {
  await run('const model = 7;\nconst other = 8;');
  assert.match(
    (await run('console.log({ model, other: [{ other }] });')).text,
    /model: 7, other: \[ { other: 8 } \]/,
  );
  assert.match((await run('let target = 0;\n({ target } = { target: 9 });\nconsole.log(target);')).text, /9/);
});

test('a rejection nobody handles fails its cell', async () => {
  const { error } = await run("void Promise.reject(new RangeError('lost'));");
  assert.deepEqual([error?.ename, /^lost \(uncaught/.test(error?.evalue)], ['RangeError', true]);
});

test('an error thrown between cells fails the next one, which is not run', async () => {
  await run("void setTimeout(() => { throw new Error('stray'); }, 20);");
  await sleep(300);
  const { error, text } = await run("console.log('ran');");
  assert.match(error?.evalue, /stray .*not run/);
  assert.equal(text, '');
  assert.equal((await run("console.log('ran');")).text, 'ran\n');
});

test('a loop that never yields is interrupted, and the kernel lives', async () => {
  const { error } = await run("console.log('started'); for (;;) {}", 'started');
  assert.equal(error?.ename, 'Interrupted');
  assert.equal((await run('1 + 1')).text, '2\n');
});

test('a cell that waits for ever is interrupted', async () => {
  const { error } = await run("console.log('started'); await new Promise(() => {});", 'started');
  assert.equal(error?.ename, 'Interrupted');
});

test('work that watches the signal stops by itself and keeps what it has; the next cell has a new signal', async () => {
  const { error, text } = await run(
    `import { interruptSignal } from './lib/notebook/interrupt';
     import { setTimeout as sleep } from 'node:timers/promises';
     const work = async (signal = interruptSignal()) => {
       for (let steps = 0; ; steps++) {
         if (signal.aborted) { await sleep(50); console.log('saved'); return steps; }
         if (steps === 3) console.log('started');
         await sleep(5);
       }
     };
     const steps = await work();`,
    'started',
  );
  assert.match(text, /saved/);
  assert.equal(error?.ename, 'Interrupted');
  assert.match((await run('console.log(steps >= 3, interruptSignal().aborted)')).text, /true false/);
});

test('a second interrupt ends a cell that took the signal and ignores it', async () => {
  const running = run("interruptSignal(); console.log('started'); await new Promise(() => {});", 'started');
  await sleep(3000);
  kernel.interrupt();
  assert.equal((await running).error?.ename, 'Interrupted');
});

test('thousands of lines arrive complete', async () => {
  const { text } = await run('for (let i = 0; i < 5000; i++) console.log(i);');
  assert.equal(text.trim().split('\n').length, 5000);
});

test('files that appear and go while the kernel runs do not jam it', async () => {
  await run("import * as fs from 'node:fs'; fs.mkdirSync('.cache', { recursive: true });");
  await run("fs.writeFileSync('.cache/appeared.ts', 'export const fresh = 7;');");
  await sleep(600); // the compiler hears of it
  const { text } = await run(
    "import { fresh } from './.cache/appeared'; fs.rmSync('.cache/appeared.ts'); fresh",
  );
  assert.equal(text, '7\n');
  await sleep(600);
  assert.equal((await run("console.log('alive');")).text, 'alive\n');
});

test('executions are numbered without gaps', async () => {
  const first = await run('1');
  assert.equal((await run('throw 1')).count, first.count + 1);
  assert.equal((await run('2')).count, first.count + 2);
});
