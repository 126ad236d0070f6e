import assert from 'node:assert/strict';
import { test } from 'node:test';
import { main } from '../../lib/cli';
import { newCommand } from '../../lib/commands/command';
import { advisedWhenInterrupted, BEGINS_ANEW, exitCodeOf } from '../../lib/commands/exitCodes';
import { labCommand } from '../../lib/commands/lab';
import { Interrupted } from '../../lib/experiments/experiment';

test('an interrupted command ends with 130, one that failed with 1', () => {
  assert.equal(exitCodeOf(Object.assign(new Error('stopped'), { name: 'Interrupted' })), 130);
  assert.equal(exitCodeOf(new Error('broken')), 1);
});

test('an interrupted run that the same command would not resume does not say so', async () => {
  const stopped = (): Promise<never> => Promise.reject(new Interrupted());
  await assert.rejects(advisedWhenInterrupted(stopped(), null), /the same command, without --fresh, goes on/);
  await assert.rejects(
    advisedWhenInterrupted(stopped(), BEGINS_ANEW),
    /^Interrupted: Interrupted\. With --fresh the next run begins anew/,
  );
  await assert.rejects(
    advisedWhenInterrupted(Promise.reject(new Error('broken')), BEGINS_ANEW),
    /^Error: broken$/,
  );
});

test('help and version end with 0', async (context) => {
  context.mock.method(process.stdout, 'write', () => true);
  for (const words of [[], ['--version'], ['help', 'cell'], ['data', 'sheet', '--help']])
    assert.equal(await main(words), 0, words.join(' '));
});

test('the two flags of lab are off unless given', () => {
  const given = (...words: string[]): object => {
    const command = labCommand();
    command.parseOptions(words);
    return command.opts();
  };
  assert.deepEqual(given(), { browser: true });
  assert.deepEqual(given('--no-browser', '--allow-root'), { browser: false, allowRoot: true });
});

test('what a command prints of itself names every exit code', () => {
  const help = newCommand('x', { summary: 's', examples: [['npm run x', 'runs']], writes: 'nothing' });
  let text = '';
  help.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  help.outputHelp();
  assert.match(text, /\n {2}0 +all went well\n {2}1 +.*stderr.*\n {2}130 +stopped by Ctrl-C/);
});
