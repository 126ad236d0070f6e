// What the shells offer at TAB, asked directly and through a real bash.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as os from 'node:os';
import { test } from 'node:test';
import { commandLine } from '../../lib/cli';
import { candidates } from '../../lib/commands/candidates';
import { SHELLS, shellScript } from '../../lib/commands/shellScripts';
import { ENGINE_NAMES } from '../../lib/engine/engine';
import { EXPERIMENTS } from '../../lib/experiments/registry';

const offered = (...words: string[]): Promise<string[]> => candidates(commandLine(), words);

test('commands, kinds and flags are offered, none twice, none hidden', async () => {
  assert.deepEqual(await offered('rep'), ['reproduce']);
  assert.ok(!(await offered('c')).includes('complete'));
  assert.deepEqual(await offered('data', 'm'), ['montages']);
  assert.deepEqual(await offered('help', 'not'), ['notebooks']);
  assert.deepEqual(await offered('lab', '--'), ['--no-browser', '--allow-root', '--help']);
  assert.deepEqual(await offered('reproduce', '--profile', 'tiny', '--pro'), []);
  assert.deepEqual(await offered('confirm', '--fresh', '--profile=tiny', '--p'), []);
});

test('values are offered where they are known: experiments, profiles, engines, cells, notebooks, shells', async () => {
  const ids = EXPERIMENTS.map(({ id }) => id);
  assert.deepEqual(await offered('reproduce', ''), ids);
  assert.deepEqual(await offered('reproduce', ids[0], ''), ids.slice(1));
  assert.deepEqual(await offered('reproduce', '--profile', 'ti'), ['tiny']);
  assert.deepEqual(await offered('reproduce', '--profile=ti'), ['--profile=tiny']);
  assert.deepEqual(await offered('reproduce', '--engine', ''), [...ENGINE_NAMES]);
  assert.ok((await offered('cell', 'topk-training', 'code-none')).includes('code-none--s1--seed0'));
  assert.ok((await offered('confirm', 'stimuli-transfer', 'seed0', '')).includes('seed1'));
  assert.deepEqual(await offered('notebooks', '00'), ['00-start-here']);
  assert.deepEqual(await offered('completion', ''), [...SHELLS]);
});

test('paths, numbers and free text are left to the shell', async () => {
  assert.deepEqual(await offered('reproduce', '--data', ''), []);
  assert.deepEqual(await offered('reproduce', '--jobs', ''), []);
  assert.deepEqual(await offered('benchmark', '--trials=pre'), []);
  assert.deepEqual(await offered('data', 'sheet', ''), []);
});

const has = (shell: string): boolean => spawnSync(shell, ['-c', 'exit 0']).status === 0;

for (const shell of SHELLS) {
  test(`${shell} takes its script, twice as well`, { skip: !has(shell) && `${shell} is not here` }, () => {
    const script = shellScript(shell);
    const { status, stderr } = spawnSync(shell, ['-c', `${script}\n${script}`], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
}

test(
  'a real bash completes from any folder, across the colons at which it cuts words',
  {
    skip: !has('bash') && 'bash is not here',
  },
  () => {
    const complete = (line: string): string => {
      const press = `COMP_LINE='${line}'; COMP_POINT=\${#COMP_LINE}; _gestalt; printf '%s|' "\${COMPREPLY[@]}"`;
      return spawnSync('bash', ['--norc', '-c', `${shellScript('bash')}\n${press}`], {
        encoding: 'utf8',
        cwd: os.tmpdir(),
      }).stdout;
    };
    assert.equal(complete('gestalt rep'), 'reproduce|');
    assert.equal(complete('gestalt engine:n'), 'native|');
    assert.equal(complete('gestalt engine:native --c'), '--cuda|');
    assert.equal(complete('gestalt reproduce --profile=t'), 'tiny|');
    assert.equal(complete('gestalt reproduce --profile '), 'tiny|paper|long|photographs|paper-207|');
    assert.equal(complete('gestalt reproduce --data '), '|');
  },
);
