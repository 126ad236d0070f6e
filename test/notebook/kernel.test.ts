// The launcher's promises, on one kernel: each cell is sent as a front end would send it.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
// The module itself, so that ports can be kept taken in it.
import net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, mock, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot } from '../../lib/files';
import { JupyterKernel, KernelDiedError, type MessageContent } from '../../lib/notebook/jupyterClient';
import { executeWhenTaken } from './executeWhenTaken';

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

/** Runs a cell, and interrupts it each time that one of these texts has been printed. A cell that ends its synchronous part prints them after it: Node loses a SIGINT that
 *  arrives just as that part ends. */
async function run(code: string, ...interruptOn: string[]): Promise<Ran> {
  let text = '';
  let error: MessageContent | undefined;
  const reply = await executeWhenTaken(kernel, code, {
    timeout: 120_000,
    onOutput: (type, content) => {
      if (type === 'error') error = content;
      if (type !== 'stream') return;
      text += content.text;
      if (interruptOn.length === 0 || !text.includes(interruptOn[0])) return;
      interruptOn.shift();
      kernel.interrupt();
    },
  });
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
  const file = path.join(os.tmpdir(), `gestalt-stray-${process.pid}`);
  await run(`import * as fs from 'node:fs';
    const waiting = setInterval(() => {
      if (!fs.existsSync(${JSON.stringify(file)})) return;
      clearInterval(waiting);
      fs.rmSync(${JSON.stringify(file)});
      throw new Error('stray');
    }, 10);`);
  fs.writeFileSync(file, '');
  while (fs.existsSync(file)) await sleep(10);
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

const AWAITED = 'await new Promise((done) => setTimeout(done, 10));';

test('a cell that waits for ever is interrupted', async () => {
  const { error } = await run(`${AWAITED} console.log('started'); await new Promise(() => {});`, 'started');
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
  const { error } = await run(
    `interruptSignal().addEventListener('abort', () => console.log('ignored'));
     ${AWAITED} console.log('started'); await new Promise(() => {});`,
    'started',
    'ignored',
  );
  assert.equal(error?.ename, 'Interrupted');
});

test('thousands of lines arrive complete', async () => {
  const { text } = await run('for (let i = 0; i < 5000; i++) console.log(i);');
  assert.equal(text.trim().split('\n').length, 5000);
});

test('files that appear and go while the kernel runs do not jam it', async () => {
  await run("import * as fs from 'node:fs'; fs.mkdirSync('.cache', { recursive: true });");
  const appeared = `.cache/appeared-${process.pid}`;
  await run(`fs.writeFileSync('${appeared}.ts', 'export const fresh = 7;');`);
  await sleep(600); // the compiler hears of it
  const { text } = await run(`import { fresh } from './${appeared}'; fs.rmSync('${appeared}.ts'); fresh`);
  assert.equal(text, '7\n');
  await sleep(600);
  assert.equal((await run("console.log('alive');")).text, 'alive\n');
});

test('executions are numbered without gaps', async () => {
  const first = await run('1');
  assert.equal((await run('throw 1')).count, first.count + 1);
  assert.equal((await run('2')).count, first.count + 2);
});

/** Of so many starts of a kernel the first port is taken by the time it wants it. Gives the number of starts. */
function takePorts(context: { after(hook: () => void): void }, starts: number): () => number {
  const { createServer } = net;
  const portsOfOne = 5;
  let asked = 0;
  const mocked = mock.method(net, 'createServer', () => {
    const server = createServer();
    if (asked % portsOfOne === 0 && asked < starts * portsOfOne) {
      const close = server.close.bind(server);
      context.after(() => void close());
      server.close = (done) => {
        done?.();
        return server;
      };
    }
    asked += 1;
    return server;
  });
  context.after(() => mocked.mock.restore());
  return () => asked / portsOfOne;
}

test('a kernel whose port another process has taken starts on others', async (context) => {
  const starts = takePorts(context, 1);
  const other = await JupyterKernel.start();
  await other.shutdown();
  assert.equal(starts(), 2);
});

test('a kernel that finds its port taken three times is given up, one that dies otherwise at once', async (context) => {
  const starts = takePorts(context, 4);
  const dies = (how: RegExp, variables = {}) =>
    assert.rejects(JupyterKernel.start(variables), (error: Error) => {
      assert.ok(error instanceof KernelDiedError);
      return how.test(error.message);
    });
  await dies(/exit code 98/);
  assert.equal(starts(), 3);
  await dies(/exit code 1\)/, { NODE_OPTIONS: '--require=/nowhere.cjs' });
  assert.equal(starts(), 4);
});
