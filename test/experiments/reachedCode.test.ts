// A record's code is what its cell reaches: what others add must not ask for hours of runs.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { fromRoot } from '../../lib/files';

const HASHES = `
const { EXPERIMENTS } = require('./lib/experiments/registry');
const { hashCode } = require('./lib/results/codeHash');
Promise.all(EXPERIMENTS.map(async ({ id, entry }) => [id, await hashCode(entry)])).then((hashes) =>
  console.log(JSON.stringify(Object.fromEntries(hashes))));`;

/** The library in a folder of its own, and the code hash of every experiment there. */
class Copy {
  readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-reached-'));

  constructor() {
    for (const part of ['lib', 'package.json', 'tsconfig.json'])
      fs.cpSync(fromRoot(part), path.join(this.folder, part), { recursive: true });
    fs.symlinkSync(fs.realpathSync(fromRoot('node_modules')), path.join(this.folder, 'node_modules'), 'dir');
  }

  write(file: string, content: string): void {
    fs.writeFileSync(path.join(this.folder, file), content);
  }

  /** Replaces text that must be there. */
  edit(file: string, before: string, after: string): void {
    const content = fs.readFileSync(path.join(this.folder, file), 'utf8');
    assert.ok(content.includes(before), `${file} holds no "${before}"`);
    this.write(file, content.replace(before, after));
  }

  hashes(): Record<string, string> {
    const output = execFileSync(process.execPath, ['--import', 'tsx', '-e', HASHES], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    return JSON.parse(output);
  }
}

test('another architecture, loss, optimizer or experiment changes no code hash; what a cell uses does', () => {
  const copy = new Copy();
  try {
    const before = copy.hashes();
    assert.ok(Object.keys(before).length >= 2);

    copy.write(
      'lib/models/dummy.ts',
      "import { buildResNet18 } from './resnet';\nexport const buildDummy = buildResNet18;\n",
    );
    copy.edit(
      'lib/models/build.ts',
      'import { buildResNet18 }',
      "import { buildDummy } from './dummy';\nimport { buildResNet18 }",
    );
    copy.edit(
      'lib/models/build.ts',
      'resnet18: buildResNet18,',
      'resnet18: buildResNet18,\n  dummy: buildDummy,',
    );
    copy.write('lib/objectives/dummyLoss.ts', 'export const dummyLoss = 1;\n');
    copy.write('lib/objectives/dummyOptimizer.ts', 'export const dummyOptimizer = 1;\n');
    copy.write(
      'lib/experiments/dummyCell.ts',
      "export { buildDummy } from '../models/dummy';\nexport { dummyLoss } from '../objectives/dummyLoss';\n",
    );
    copy.write(
      'lib/experiments/dummy.ts',
      "import { topKTraining } from './topkTraining';\nexport const dummy = { ...topKTraining, id: 'dummy', entry: 'lib/experiments/dummyCell.ts' };\n",
    );
    copy.edit(
      'lib/experiments/registry.ts',
      'import { findNamed }',
      "import { dummy } from './dummy';\nimport { findNamed }",
    );
    copy.edit('lib/experiments/registry.ts', '  topKTraining,\n', '  topKTraining,\n  dummy,\n');
    const { dummy, ...others } = copy.hashes();
    assert.ok(dummy);
    assert.deepEqual(others, before);

    copy.edit(
      'lib/objectives/crossEntropy.ts',
      'export function crossEntropy',
      'export const changed = 1;\nexport function crossEntropy',
    );
    const after = copy.hashes();
    for (const id of Object.keys(before)) assert.notEqual(after[id], before[id], id);
  } finally {
    fs.rmSync(copy.folder, { recursive: true });
  }
});
