// What all commands share: the layout of their help, and errors that name the nearest.
import { Command, type CommanderError } from 'commander';
import { EXIT_MEANINGS } from './exitCodes';
import { explain } from './explain';

/** What the help of a command says beside its arguments and options. */
export interface Manual {
  /** One line for the list of commands. */
  readonly summary: string;
  /** More than the summary, where there is more to say. */
  readonly description?: string;
  /** Command lines as a user types them, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** Files that it leaves behind. */
  readonly writes: string;
  /** What exit code 1 says of this command, where that is more than an error. */
  readonly failed?: string;
}

/** A command without arguments, options and action; the caller adds them. */
export function newCommand(name: string, manual: Manual): Command {
  return withLayout(new Command(name))
    .summary(manual.summary)
    .description(sentence(manual.description ?? manual.summary))
    .addHelpText('after', `\n${afterwords(manual)}`);
}

/** Gives a command the layout of help and the messages of this command line. */
export function withLayout(command: Command): Command {
  return command
    .configureHelp({ commandUsage: usageOf, showGlobalOptions: false })
    .configureOutput({ outputError: () => undefined, writeErr: () => undefined })
    .helpOption('-h, --help', 'print this help')
    .showSuggestionAfterError(false)
    .exitOverride((error: CommanderError) => {
      throw explain(command, error);
    });
}

/** E.g. `npm run reproduce -- [options] [experiment...]`. */
function usageOf(command: Command): string {
  const path: string[] = [];
  for (let at: Command = command; at.parent !== null; at = at.parent) path.unshift(at.name());
  const [script = '<command>', ...inner] = path;
  return ['npm run', script, '--', ...inner, command.usage()].join(' ');
}

function sentence(text: string): string {
  const capital = text[0].toUpperCase() + text.slice(1);
  return capital.endsWith('.') ? capital : `${capital}.`;
}

function afterwords({ examples, writes, failed }: Manual): string {
  const width = Math.max(...examples.map(([line]) => line.length));
  const shown = examples.map(([line, does]) => `  ${line.padEnd(width)}  ${does}`);
  const codes = Object.entries(EXIT_MEANINGS).map(
    ([code, meaning]) => `  ${code.padEnd(4)} ${code === '1' ? (failed ?? meaning) : meaning}`,
  );
  return ['Examples:', ...shown, '', 'Writes:', `  ${writes}`, '', 'Exit codes:', ...codes].join('\n');
}
