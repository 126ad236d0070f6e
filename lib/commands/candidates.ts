// What may be typed next on the command line: the answer that a shell asks for at TAB.
import * as fs from 'node:fs';
import type { Argument, Command, Option } from 'commander';
import { fromRoot } from '../files';

/** What is known of the words before the one being typed. */
interface Typed {
  command: Command;
  /** An option that still waits for its value. */
  waiting?: Option;
  operands: string[];
  flags: Map<string, string>;
}

/** Words that may stand in place of the last one, which is being typed; none where the shell should offer its files. */
export async function candidates(program: Command, words: readonly string[]): Promise<string[]> {
  const last = words[words.length - 1] ?? '';
  const typed = follow(program, words.slice(0, -1));
  const { command, waiting } = typed;
  if (waiting !== undefined) return starting(last, await valuesOf(placeholder(waiting), typed));
  const [flag, value] = last.split('=', 2);
  const option = command.options.find(({ long }) => long === flag);
  if (value !== undefined && option !== undefined) {
    const values = await valuesOf(placeholder(option), typed);
    return starting(
      last,
      values.map((known) => `${flag}=${known}`),
    );
  }
  if (last.startsWith('-')) return starting(last, freeFlags(typed));
  const inner = namesOf(command);
  if (inner.length > 0) return starting(last, inner);
  const argument = argumentAt(command, typed.operands.length);
  if (argument === undefined) return starting(last, freeFlags(typed));
  return starting(last, argument.argChoices ?? (await valuesOf(argument.name(), typed)));
}

function follow(program: Command, words: readonly string[]): Typed {
  const typed: Typed = { command: program, operands: [], flags: new Map() };
  for (const word of words) {
    if (typed.waiting !== undefined) {
      typed.flags.set(typed.waiting.long as string, word);
      typed.waiting = undefined;
    } else if (word.startsWith('-')) {
      const [flag, value] = word.split('=', 2);
      typed.flags.set(flag, value ?? '');
      const option = typed.command.options.find(({ long }) => long === flag);
      if (option?.required && value === undefined) typed.waiting = option;
    } else {
      const inner = typed.command.commands.find((child) => child.name() === word);
      if (inner === undefined) typed.operands.push(word);
      else typed.command = inner;
    }
  }
  return typed;
}

function freeFlags({ command, flags }: Typed): string[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .map(({ long }) => long)
    .filter((long): long is string => typeof long === 'string' && !flags.has(long));
}

function namesOf(command: Command): string[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((inner) => inner.name());
}

function argumentAt(command: Command, index: number): Argument | undefined {
  const { registeredArguments: known } = command;
  const last = known[known.length - 1];
  return known[index] ?? (last?.variadic ? last : undefined);
}

/** E.g. `profile` of `--profile <profile>`. */
function placeholder({ flags }: Option): string {
  return /<(.+)>/.exec(flags)?.[1] ?? '';
}

function starting(last: string, known: readonly string[]): string[] {
  return known.filter((word) => word.startsWith(last));
}

/** The known values of a placeholder or an argument; none of free text, numbers and paths. */
async function valuesOf(what: string, typed: Typed): Promise<string[]> {
  if (what === 'notebook') return notebooks();
  if (what === 'engine') return [...(await import('../engine/engine')).ENGINE_NAMES];
  if (what === 'command') return namesOf(typed.command.parent ?? typed.command);
  if (!['experiment', 'profile', 'cell'].includes(what)) return [];
  const { EXPERIMENTS } = await import('../experiments/registry');
  const named = EXPERIMENTS.filter(({ id }) => typed.operands.includes(id));
  if (what === 'experiment')
    return EXPERIMENTS.map(({ id }) => id).filter((id) => !typed.operands.includes(id));
  const experiments = named.length > 0 ? named : EXPERIMENTS;
  if (what === 'profile') return [...new Set(experiments.flatMap(({ profiles }) => Object.keys(profiles)))];
  const profile = typed.flags.get('--profile') ?? 'tiny';
  return named.flatMap((experiment) => {
    const found = experiment.profiles[profile];
    return found === undefined ? [] : experiment.cells(found.config).map(({ id }) => id);
  });
}

function notebooks(): string[] {
  return fs
    .readdirSync(fromRoot('notebooks'))
    .filter((file) => file.endsWith('.ipynb'))
    .map((file) => file.replace(/\.ipynb$/, ''));
}
