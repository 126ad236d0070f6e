import { Argument, type Command } from 'commander';
import { newCommand } from './command';
import { SHELLS, type Shell, shellScript } from './shellScripts';

export function completionCommand(): Command {
  return newCommand('completion', {
    summary: 'print what completes commands in bash, zsh or fish',
    description:
      'Prints what a shell sources: `gestalt <command>`, short for `npm run <command> --` from any folder, and its completion at TAB.',
    examples: [
      [
        'eval "$(npm run -s completion -- bash)"',
        'in bash; for good, add it to ~/.bashrc with --prefix <this folder>',
      ],
      ['eval "$(npm run -s completion -- zsh)"', 'in zsh; for good, in ~/.zshrc'],
      ['npm run -s completion -- fish | source', 'in fish; for good, in ~/.config/fish/config.fish'],
    ],
    writes: 'nothing',
  })
    .addArgument(new Argument('<shell>', 'the shell that is to complete').choices(SHELLS))
    .action((shell: Shell) => {
      process.stdout.write(shellScript(shell));
    });
}

/** What the printed scripts call; hidden from help. */
export function completeCommand(): Command {
  const complete = newCommand('complete', {
    summary: 'print what may stand in place of the last word, one a line',
    examples: [['gestalt complete -- reproduce --pro', 'prints --profile']],
    writes: 'nothing',
  });
  return complete.argument('[word...]', 'the words typed so far').action(async (words: string[]) => {
    const { candidates } = await import('./candidates');
    for (const word of await candidates(complete.parent as Command, words)) console.log(word);
  });
}
