// Commander's errors in the words of this command line: one line, with the nearest name.
import type { Command, CommanderError } from 'commander';
import { unknownName } from '../suggest';
import { needsValue } from './options';

/** The error to show for one of commander's; one that only ends the process (after help or version) is returned as it is. */
export function explain(command: Command, error: CommanderError): Error {
  const quoted = /'(.*)'/s.exec(error.message)?.[1] ?? '';
  switch (error.code) {
    case 'commander.unknownOption':
      return unknownFlag(command, quoted);
    case 'commander.unknownCommand':
      return unknownSubcommand(command, command.args[0]);
    case 'commander.optionMissingArgument':
      return needsValue(command.options.find(({ flags }) => flags === quoted) ?? { long: quoted });
    case 'commander.missingMandatoryOptionValue':
      return new Error(`${command.name()} needs ${quoted} as well.`);
    case 'commander.missingArgument':
      return new Error(`Name the ${quoted} as well: ${operandsOf(command)}.`);
    case 'commander.excessArguments': {
      const usage = command.createHelp().commandUsage;
      const first = command.args[command.registeredArguments.length];
      return new Error(
        `${command.name()} takes no "${first}". Usage: ${command.configureHelp().commandUsage?.(command) ?? usage(command)}`,
      );
    }
    case 'commander.help':
      return error.exitCode === 0 ? error : missingSubcommand(command);
    case 'commander.invalidArgument':
      return unknownChoice(command) ?? error;
    default:
      return error;
  }
}

function unknownFlag(command: Command, typed: string): Error {
  const flag = typed.split('=', 1)[0];
  const known = [...command.options.map(({ long }) => long), '--help'].filter(
    (long): long is string => typeof long === 'string',
  );
  if (known.includes(flag)) return new Error(`${flag} takes no value.`);
  return unknownName(command.parent === null ? 'flag' : `flag of ${command.name()}`, flag, known);
}

/** E.g. of `data shet`, or of `help reprodcue`. */
function unknownSubcommand(command: Command, typed: string): Error {
  const kind = command.parent === null ? 'command' : `kind of ${command.name()}`;
  return unknownName(kind, typed, namesOf(command));
}

function unknownChoice(command: Command): Error | undefined {
  for (const [index, argument] of command.registeredArguments.entries()) {
    const typed = command.args[index];
    const { argChoices } = argument;
    if (argChoices !== undefined && !argChoices.includes(typed))
      return unknownName(argument.name(), typed, argChoices);
  }
  return undefined;
}

function missingSubcommand(command: Command): Error {
  const [word, typed] = command.args;
  if (word === 'help' && typed !== undefined) return unknownSubcommand(command, typed);
  return new Error(`Name the kind of ${command.name()} as well: ${namesOf(command).join(', ')}.`);
}

function namesOf(command: Command): string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((inner) => inner.name());
}

function operandsOf(command: Command): string {
  return command.registeredArguments
    .map((argument) => `<${argument.name()}${argument.variadic ? ' ...' : ''}>`)
    .join(' ');
}
