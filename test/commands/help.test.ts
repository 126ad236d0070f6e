// What help says of every command, and that npm's scripts are the commands.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { test } from 'node:test';
import type { Command } from 'commander';
import { commandLine } from '../../lib/cli';
import { fromRoot } from '../../lib/files';

/** What `--help` prints. */
function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

/** Every command that does something, with the words that name it. */
function leaves(
  command: Command = commandLine(),
  words: readonly string[] = [],
): { words: readonly string[]; command: Command }[] {
  const inner = command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== 'help')
    .flatMap((child) => leaves(child, [...words, child.name()]));
  return command.parent === null ? inner : [{ words, command }, ...inner];
}

function find(words: readonly string[]): Command {
  const found = leaves().find((leaf) => leaf.words.join(' ') === words.join(' '));
  assert.ok(found, words.join(' '));
  return found.command;
}

for (const { words, command } of leaves()) {
  test(`help of ${words.join(' ')} names it, its arguments, its options and an example`, () => {
    const help = helpOf(command);
    const [script, ...rest] = words;
    assert.ok(
      help.startsWith(`Usage: npm run ${['--', ...rest].reduce((a, b) => `${a} ${b}`, script)}`),
      help,
    );
    for (const { long } of command.options) assert.ok(help.includes(`  ${long}`), `${long} in ${help}`);
    for (const argument of command.registeredArguments)
      assert.ok(help.includes(`  ${argument.name()}`), help);
    assert.match(help, /\nExamples:\n {2}.*npm run /);
    assert.match(help, /\nWrites:\n {2}\S/);
    assert.match(help, /\nExit codes:\n {2}0 .*\n {2}1 .*\n {2}130 /);
    assert.equal(help.split('\nExamples:').length, 2, 'help of this command alone');
  });

  test(`the examples of ${words.join(' ')} are of commands and options that exist`, () => {
    const lines = helpOf(command).split('\nExamples:\n')[1].split('\n\n')[0].split('\n');
    for (const line of lines) {
      const [typed] = line.trim().split(/ {2,}/);
      const [, script, rest = ''] = /npm run (?:-s )?(\S+)(?: -- ([^")|]+))?/.exec(typed) ?? [];
      const given = rest.trim().split(' ');
      assert.equal(script, words[0], line);
      const inner = find([script]).commands.find((child) => child.name() === given[0]);
      const target = inner ?? find([script]);
      for (const flag of given.filter((word) => word.startsWith('--') && word !== '--help'))
        assert.ok(
          target.options.some(({ long }) => long === flag),
          line,
        );
    }
  });
}

test('every script of npm that runs the command line is a command, and every command is a script', () => {
  const { scripts } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
  const fromNpm = Object.entries<string>(scripts).flatMap(([script, line]) => {
    const command = /lib\/cli\.ts (\S+)/.exec(line)?.[1];
    if (command === undefined) return [];
    assert.equal(command, script);
    return [script];
  });
  const program = commandLine();
  const commands = program.createHelp().visibleCommands(program);
  assert.deepEqual(fromNpm.sort(), commands.map((command) => command.name()).sort());
});

test('the version is that of package.json', async () => {
  const { version } = JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8'));
  assert.equal(commandLine().version(), version);
});
