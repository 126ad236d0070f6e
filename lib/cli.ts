// The command line: one command a file in lib/commands. Each loads what it needs when it runs, so that figures never wait for
// TensorFlow; here nothing is imported but the parser.
import * as fs from 'node:fs';
import { Command, CommanderError } from 'commander';
import { arrayTaskCommand } from './commands/arrayTask';
import { benchmarkCommand } from './commands/benchmark';
import { bookCommand } from './commands/book';
import { cellCommand } from './commands/cell';
import { claimsCommand } from './commands/claims';
import { withLayout } from './commands/command';
import { completeCommand, completionCommand } from './commands/completion';
import { confirmCommand } from './commands/confirm';
import { dataCommand } from './commands/data';
import { doctorCommand } from './commands/doctor';
import { engineNativeCommand } from './commands/engineNative';
import { EXIT, exitCodeOf } from './commands/exitCodes';
import { fidCommand } from './commands/fid';
import { figuresCommand } from './commands/figures';
import { ganCommand } from './commands/gan';
import { labCommand } from './commands/lab';
import { notebooksCommand } from './commands/notebooks';
import { stopWithoutReader } from './commands/readerGone';
import { reproduceCommand } from './commands/reproduce';
import { reviewCommand } from './commands/review';
import { synthesiseCommand } from './commands/synthesise';
import { fromRoot } from './files';

/** For users first, for those who change the code after them. */
const GROUPS: Readonly<Record<string, readonly (() => Command)[]>> = {
  'Commands:': [
    doctorCommand,
    reproduceCommand,
    benchmarkCommand,
    synthesiseCommand,
    fidCommand,
    ganCommand,
    figuresCommand,
    claimsCommand,
    notebooksCommand,
    labCommand,
    bookCommand,
    reviewCommand,
    engineNativeCommand,
    completionCommand,
  ],
  'Commands for changing the code:': [dataCommand, confirmCommand, cellCommand],
};

/** All commands under one parser. */
export function commandLine(): Command {
  const program = withLayout(new Command('gestalt'))
    .usage('[arguments]')
    .helpCommand('help [command]', 'print the help of a command')
    .version(versionOfPackage(), '-V, --version', 'print the version')
    .addHelpText(
      'after',
      '\nHelp of one command, with examples: npm run <command> -- --help, e.g. npm run reproduce -- --help',
    );
  for (const [group, commands] of Object.entries(GROUPS))
    for (const command of commands) program.addCommand(command().helpGroup(group));
  for (const command of [completeCommand(), arrayTaskCommand()])
    program.addCommand(command, { hidden: true });
  return program;
}

function versionOfPackage(): string {
  return JSON.parse(fs.readFileSync(fromRoot('package.json'), 'utf8')).version;
}

/** Runs a command line and returns the exit code. A command that did not go well without an error sets it itself. */
export async function main(words: readonly string[]): Promise<number> {
  try {
    await commandLine().parseAsync(words.length === 0 ? ['help'] : [...words], { from: 'user' });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // After help or version, commander ends in an error that says nothing.
    if (error instanceof CommanderError && error.exitCode === EXIT.well) return EXIT.well;
    console.error((error as Error).message);
    return exitCodeOf(error);
  }
}

if (require.main === module) {
  stopWithoutReader();
  main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
