import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fromRoot, ROOT } from '../../lib/files';
import { jupyterPath } from '../../lib/notebook/lab';
import {
  type CellOutput,
  type Notebook,
  readNotebook,
  textOf,
  writeNotebook,
} from '../../lib/notebook/notebookFile';
import { NotebookError, runNotebook, runNotebooks } from '../../lib/notebook/runner';
import { jupyterProgram } from './jupyterProgram';
import { percentToNotebook } from './percent';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-runner-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));
const OUTPUTS = fromRoot('test', 'fixtures', 'notebooks', 'outputs.ipynb');

function notebookOf(name: string, script: string): string {
  const file = path.join(folder, `${name}.ipynb`);
  writeNotebook(file, percentToNotebook(script));
  return file;
}

/** What must agree between two executions: all but times, and how the text of one stream is cut into outputs. */
function essence({ cells, metadata }: Notebook): unknown {
  const essential = cells.map((cell) => ({
    ...cell,
    metadata: {},
    source: textOf(cell.source),
    outputs: joined(cell.outputs),
  }));
  return JSON.parse(
    JSON.stringify({ cells: essential, language: metadata.language_info, kernel: metadata.kernelspec }),
  );
}

/** Outputs with consecutive pieces of a stream joined, as on screen: nbconvert stores each message, and its carriage returns. */
function joined(outputs: readonly CellOutput[] = []): CellOutput[] {
  const result: CellOutput[] = [];
  for (const output of outputs.map((original) => ({ ...original }))) {
    const last = result.at(-1);
    if (output.output_type !== 'stream') result.push(output);
    else if (last?.output_type === 'stream' && last.name === output.name)
      last.text = textOf(last.text) + textOf(output.text);
    else result.push({ ...output, text: textOf(output.text) });
  }
  return result.map((output) =>
    output.output_type === 'stream'
      ? { ...output, text: textOf(output.text).replace(/.*\r(?!\n)/g, '') }
      : output,
  );
}

test('the same outputs as nbconvert', async (context) => {
  const nbconvert = jupyterProgram('nbconvert');
  if (!nbconvert) return context.skip('nbconvert is not installed (see test/notebook/jupyterProgram.ts)');
  const theirs = path.join(folder, 'theirs.ipynb');
  const args = ['nbconvert', '--to', 'notebook', '--execute', '--output', theirs, OUTPUTS];
  const env = { ...process.env, JUPYTER_PATH: jupyterPath() };
  const { status, stderr } = spawnSync(nbconvert, args, { env, encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  const ours = await runNotebook(OUTPUTS, { output: path.join(folder, 'ours.ipynb') });
  assert.deepEqual(essence(ours), essence(readNotebook(theirs)));
  assert.deepEqual(readNotebook(path.join(folder, 'ours.ipynb')), JSON.parse(JSON.stringify(ours)));
});

test('outputs are merged, overwritten and updated as on screen; a second run gives the same file', async () => {
  const [first, second] = ['first.ipynb', 'second.ipynb'].map((name) => path.join(folder, name));
  const { cells } = await runNotebook(OUTPUTS, { output: first });
  await runNotebook(OUTPUTS, { output: second });
  assert.equal(fs.readFileSync(first, 'utf8'), fs.readFileSync(second, 'utf8'));
  const outputs = cells.map((cell) => cell.outputs ?? []);
  assert.deepEqual(
    outputs[1].map(({ name, text }) => [name, textOf(text)]),
    [
      ['stdout', 'one\n'],
      ['stderr', 'warning\n'],
      ['stdout', 'two\n'],
    ],
  );
  assert.equal(textOf(outputs[2][0].text), 'step 10/10\n');
  assert.equal(textOf(outputs[3][0].data?.['text/plain'] as string[]), 'from a later cell');
  assert.equal(cells[5].execution_count, null, 'an empty cell is not run');
  assert.match(textOf(outputs[6][0].data?.['text/html'] as string[]), /&lt;b&gt;/);
  assert.deepEqual(Object.keys(outputs[7][0].data ?? {}).sort(), [
    'application/vnd.vegalite.v5+json',
    'image/png',
    'image/svg+xml',
    'text/plain',
  ]);
});

test('what differs from run to run is not written; the engine is the one that the notebook names', async () => {
  const script = `// %%
import { progressBar } from './lib/notebook/progressBar';
const bar = progressBar({ total: 4, label: 'training' });
bar.update(4);
bar.finish();
// %%
import { useEngine } from './lib/engine/engine';
const engine = await useEngine();`;
  const notebook = percentToNotebook(script);
  notebook.metadata.gestalt = { engine: 'wasm' };
  const [file, output] = ['named.ipynb', 'written.ipynb'].map((name) => path.join(folder, name));
  writeNotebook(file, notebook);
  const { GESTALT_ENGINE: asked } = process.env;
  delete process.env.GESTALT_ENGINE;
  try {
    await runNotebook(file, { output });
  } finally {
    if (asked !== undefined) process.env.GESTALT_ENGINE = asked;
  }
  const [bar, engine] = readNotebook(output).cells.map(({ outputs = [] }) => outputs[0]);
  assert.deepEqual(bar.metadata, {});
  assert.deepEqual(bar.data?.['text/plain'], [`training ${'█'.repeat(24)} 100 %  4 of 4 images`]);
  assert.equal(textOf(engine.text), 'Engine: wasm (as asked).\n');
});

test('the environment may name another engine; the network of the reader stays out of it', async () => {
  const notebook = percentToNotebook(
    '// %%\nconst { GESTALT_ENGINE, GESTALT_OWN_NETWORK } = process.env;\nconsole.log(GESTALT_ENGINE, GESTALT_OWN_NETWORK);',
  );
  notebook.metadata.gestalt = { engine: 'wasm' };
  const file = path.join(folder, 'environment.ipynb');
  writeNotebook(file, notebook);
  const { GESTALT_ENGINE: asked } = process.env;
  process.env.GESTALT_ENGINE = 'native';
  try {
    const { cells } = await runNotebook(file, { output: false });
    assert.equal(textOf(cells[0].outputs?.[0].text), 'native 0\n');
  } finally {
    if (asked === undefined) delete process.env.GESTALT_ENGINE;
    else process.env.GESTALT_ENGINE = asked;
  }
});

test('a failing cell stops the run, is named with its line, and leaves the file as it was', async () => {
  const file = notebookOf(
    'fails',
    "// %%\nconst a = 1;\n// %%\nconsole.log(a);\nnull!.x;\n// %%\nconsole.log('not reached');",
  );
  const untouched = fs.readFileSync(file, 'utf8');
  await assert.rejects(runNotebook(file), (error: NotebookError) => {
    assert.ok(error instanceof NotebookError);
    assert.match(error.message, /fails\.ipynb, cell 2/);
    return true;
  });
  assert.equal(fs.readFileSync(file, 'utf8'), untouched);
  const thrown = notebookOf('throws', "// %%\nconst a = 1;\n\nif (a) throw new RangeError('too far');");
  await assert.rejects(runNotebook(thrown), ({ failure, message }: NotebookError) => {
    assert.deepEqual(
      { ...failure, traceback: undefined },
      {
        cell: 1,
        line: { number: 3, text: "if (a) throw new RangeError('too far');" },
        ename: 'RangeError',
        evalue: 'too far',
        traceback: undefined,
      },
    );
    return /RangeError: too far/.test(message);
  });
});

test('a rejection that the last cell drops fails the run', async () => {
  const file = notebookOf(
    'rejects',
    "// %%\nvoid Promise.resolve().then(() => Promise.reject(new Error('lost')));",
  );
  await assert.rejects(runNotebook(file), /lost/);
  const late = notebookOf('late', "// %%\nvoid setTimeout(() => { throw new Error('late'); }, 10);");
  await assert.rejects(runNotebook(late), /late/);
});

test('a cell that is too slow, and one that kills the kernel, fail the run', async () => {
  const slow = notebookOf('slow', '// %%\nfor (;;) {}');
  await assert.rejects(runNotebook(slow, { cellTimeout: 2 }), /slow\.ipynb, cell 1[\s\S]*longer than 2 s/);
  const deadly = notebookOf('deadly', '// %%\nprocess.exit(3);');
  await assert.rejects(runNotebook(deadly), /cell 1[\s\S]*kernel died \(exit code 3\)/);
});

test('names: unknown ones are answered, all failures are told', async () => {
  notebookOf('good', '// %%\n1');
  await assert.rejects(runNotebooks(['goood'], { folder }), /Did you mean "good"/);
  const lines: string[] = [];
  const run = runNotebooks(['good', 'fails', 'throws.ipynb'], {
    folder,
    check: true,
    log: (line) => lines.push(line),
  });
  await assert.rejects(
    run,
    (error: AggregateError) => error.errors.length === 2 && /too far/.test(error.message),
  );
  assert.match(lines.join('\n'), /good\.ipynb: runs[\s\S]*fails\.ipynb: FAILED/);
});

test('a run that is aborted while its kernel starts does not run', async () => {
  const file = notebookOf('early', `// %%\nconsole.log('ran');`);
  const untouched = fs.readFileSync(file, 'utf8');
  const controller = new AbortController();
  const run = runNotebook(file, { signal: controller.signal });
  controller.abort();
  await assert.rejects(run, { name: 'AbortError' });
  assert.equal(fs.readFileSync(file, 'utf8'), untouched);
});

/** Runs the notebook of that name in a process of its own. Its first cell writes the kernel's process id to a file, and never ends. */
async function runInProcess(
  name: string,
): Promise<{ file: string; untouched: string; runner: ChildProcess; kernelPid: number }> {
  const pidFile = path.join(folder, `${name}-pid`);
  // An await first: Node loses a SIGINT that arrives just as the synchronous part of a cell ends.
  const script = `// %%
import * as fs from 'node:fs';
await new Promise((done) => setTimeout(done, 50));
fs.writeFileSync(${JSON.stringify(pidFile)}, String(process.pid));
await new Promise((done) => setTimeout(done, 1e6));`;
  const file = notebookOf(name, script);
  const untouched = fs.readFileSync(file, 'utf8');
  const code = `require('./lib/notebook/runner').runNotebooks(['${name}'], { folder: ${JSON.stringify(folder)} }).catch((e) => { console.log(e.message); process.exitCode = 1; });`;
  const runner = spawn(process.execPath, ['--import', 'tsx', '-e', code], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // The file is there before its content.
  const pid = (): number => (fs.existsSync(pidFile) ? Number(fs.readFileSync(pidFile, 'utf8')) : 0);
  while (pid() === 0) {
    assert.equal(runner.exitCode, null, 'the runner ended before its cell ran');
    await sleep(100);
  }
  return { file, untouched, runner, kernelPid: pid() };
}

/** A zombie is dead: where process 1 reaps no orphans, it stays one. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return (
      process.platform !== 'linux' || !/^State:\s*Z/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))
    );
  } catch {
    return false;
  }
}

test('Ctrl-C ends the run and its kernel, and leaves the file as it was', async () => {
  const { file, untouched, runner, kernelPid } = await runInProcess('endless');
  let said = '';
  runner.stdout?.on('data', (text) => {
    said += text;
  });
  const ended = new Promise<number | null>((resolve) => runner.once('close', resolve));
  runner.kill('SIGINT');
  assert.equal(await ended, 1);
  assert.match(said, /Interrupted: endless\.ipynb was not written/);
  assert.ok(!isAlive(kernelPid), 'the kernel outlived its runner');
  assert.equal(fs.readFileSync(file, 'utf8'), untouched);
});

test('a runner that is killed takes its kernel with it', async () => {
  const { runner, kernelPid } = await runInProcess('orphan');
  runner.kill('SIGKILL');
  for (let waited = 0; isAlive(kernelPid) && waited < 600; waited++) await sleep(100);
  assert.ok(!isAlive(kernelPid), 'the kernel outlived its runner');
});
