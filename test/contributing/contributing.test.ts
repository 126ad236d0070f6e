// CONTRIBUTING.md, followed to the letter for a study of coins: new files, and one line in each of two registries.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { fromRoot } from '../../lib/files';

const STUDY = path.join(__dirname, 'study');
const guide = fs.readFileSync(fromRoot('CONTRIBUTING.md'), 'utf8');

/** A copy of the library, to which the study is added. */
let copy: string;

before(() => {
  copy = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-contributing-'));
  for (const part of ['lib', 'data/papers', 'test/architecture.test.ts', 'package.json', 'tsconfig.json'])
    fs.cpSync(fromRoot(part), path.join(copy, part), { recursive: true });
  fs.symlinkSync(fs.realpathSync(fromRoot('node_modules')), path.join(copy, 'node_modules'), 'dir');
  for (const room of ['experiments', 'figures', 'results']) {
    for (const name of fs.readdirSync(path.join(STUDY, room))) addSource(room, name);
  }
  fs.mkdirSync(path.join(copy, 'data/papers/coins'));
  fs.copyFileSync(path.join(STUDY, 'claims.json'), path.join(copy, 'data/papers/coins/claims.json'));
  register('lib/experiments/registry.ts', 'EXPERIMENTS', 'coinTossing', './coinTossing');
  register('lib/figures/galleries.ts', 'GALLERIES', 'coinGallery', './coinGallery');
});

after(() => fs.rmSync(copy, { recursive: true, force: true }));

/** A file of the study, which lies in the copy where it would lie in the library. */
function addSource(room: string, name: string): void {
  const file = path.join(copy, 'lib', room, name);
  assert.ok(!fs.existsSync(file), `${file} exists already`);
  const source = fs.readFileSync(path.join(STUDY, room, name), 'utf8');
  fs.writeFileSync(
    file,
    source.replaceAll(`'../../../../lib/${room}/`, "'./").replaceAll("'../../../../lib/", "'../"),
  );
}

/** One name more in a list, and its import. */
function register(file: string, list: string, name: string, module: string): void {
  const source = fs.readFileSync(path.join(copy, file), 'utf8');
  const longer = source.replace(new RegExp(`(export const ${list}\\b[^=]*= \\[)`), `$1${name}, `);
  assert.notEqual(longer, source, `${file} has no list ${list}`);
  fs.writeFileSync(path.join(copy, file), `import { ${name} } from '${module}';\n${longer}`);
}

function gestalt(...words: string[]): string {
  return execFileSync(process.execPath, ['--import', 'tsx', 'lib/cli.ts', ...words], {
    cwd: copy,
    encoding: 'utf8',
  });
}

const written = (file: string): string => fs.readFileSync(path.join(copy, file), 'utf8');

test('a study of new files has records, figures, tables and verdicts', () => {
  for (const coin of ['fair', 'loaded'])
    for (const seed of [0, 1]) gestalt('cell', 'coin-tossing', `${coin}--seed${seed}`);
  assert.equal(fs.readdirSync(path.join(copy, 'data/records/tiny/coin-tossing')).length, 4);

  const files = gestalt('figures');
  for (const file of [
    'coin-heads-tiny.svg',
    'coin-heads-tiny.vl.json',
    'coin-tossing-tiny.md',
    'coin-tossing-tiny.csv',
  ])
    assert.ok(files.includes(file), file);
  assert.match(written('figures/coin-heads-tiny.svg'), /share of heads/);
  assert.match(written('figures/coin-tossing-tiny.md'), /\| fair \| 0 \| \d+ \|/);

  const ledger = gestalt('claims');
  assert.match(
    ledger,
    /\| coins \| C1 \| A loaded coin shows heads more often \(page 1\) \| \+30 \| tiny \| reproduced \|/,
  );
  assert.match(ledger, /\| coins \| C2 \|.*\| not run \|/);
  assert.match(ledger, /\| topk \| D1 \|.*\| not run \|/);
  assert.match(written('figures/claims.csv'), /^coins,C1,/m);
});

test('the study keeps to the rooms and makes no circle', () => {
  for (const folder of ['figures', 'notebooks']) fs.mkdirSync(path.join(copy, folder), { recursive: true });
  // Within a test, Node takes a test's process for one of its own and would not fail.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const output = execFileSync(process.execPath, ['--import', 'tsx', 'test/architecture.test.ts'], {
    cwd: copy,
    env,
    encoding: 'utf8',
  });
  assert.match(output, /no circle of imports/);
});

test('every file and every command that CONTRIBUTING.md names exists', () => {
  const { scripts } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
  const named = [...guide.matchAll(/`([^`\s]+)`/g)].map(([, name]) => name);
  const files = named.filter(
    (name) => /^(lib|test|data|notebooks|figures)\//.test(name) && !/[<>*]/.test(name),
  );
  assert.ok(files.length > 20, `only ${files.length} files named`);
  assert.deepEqual(
    files.filter((file) => !fs.existsSync(fromRoot(file))),
    [],
  );
  const commands = [...guide.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name);
  assert.deepEqual(
    commands.filter((name) => !(name in scripts)),
    [],
  );
});
