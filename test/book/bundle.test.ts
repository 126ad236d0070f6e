// What goes into a tab's bundle, and what never does.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { bundleEntry } from '../../lib/book/live/bundle';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-bundle-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, text);
  return file;
}

test('a module of Node without a side in the browser makes the bundle fail, with the imports that lead there', async () => {
  write('deep.ts', "import { execFile } from 'node:child_process';\nexport const run = execFile;\n");
  write('middle.ts', "export { run } from './deep';\n");
  const entry = write('entry.ts', "import { run } from './middle';\nconsole.log(run);\n");
  await assert.rejects(bundleEntry(entry), (error: Error) => {
    assert.match(error.message, /^node:child_process is a module of Node and has no side in the browser: /);
    assert.match(
      error.message,
      /entry\.ts -> .*middle\.ts -> .*deep\.ts -> node:child_process\. Add one to lib\/book\/live\/seams\.ts/,
    );
    return true;
  });
});

test('a function that the side of a module lacks makes the bundle fail, naming it', async () => {
  const entry = write('watch.ts', "import * as fs from 'node:fs';\nconsole.log(fs.watch);\n");
  await assert.rejects(bundleEntry(entry), /watch\.ts: .*"watch" .*undefined/);
});

test('a package that reaches for Node and does not say what it does without is refused likewise', async () => {
  const entry = write('sockets.ts', `import ${JSON.stringify(require.resolve('zeromq'))};\n`);
  await assert.rejects(bundleEntry(entry), / is a module of Node .*: .*sockets\.ts -> .*zeromq/);
});
