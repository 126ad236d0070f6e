import type { Command } from 'commander';
import { newCommand } from './command';

interface NotebooksFlags {
  check?: boolean;
  checkExercises?: boolean;
}

export function notebooksCommand(): Command {
  return newCommand('notebooks', {
    summary: 'execute notebooks (all, or those named) and write them back',
    description:
      'Executes notebooks (all, or those named) without Python and writes them back: on the engine that their metadata name, unless ' +
      'GESTALT_ENGINE does, and with the network that comes along, unless GESTALT_OWN_NETWORK=1 asks for yours. Times are not written.',
    examples: [
      ['npm run notebooks', 'executes all of them'],
      ['npm run notebooks -- 20-top-k-layer --check', 'executes one, and leaves its file as it is'],
      ['npm run notebooks -- --check-exercises', 'runs the solution of every exercise against its check'],
    ],
    writes: 'the notebooks with their outputs, unless --check or --check-exercises is given',
    failed: 'a cell failed, an exercise is wrong or a name is unknown; stderr says which',
  })
    .argument('[notebook...]', 'names without .ipynb; all unless given')
    .option('--check', 'execute without writing back')
    .option(
      '--check-exercises',
      'run only the exercises and what they need: right with the solution, "your turn" without',
    )
    .action(async (names: string[], { check, checkExercises }: NotebooksFlags) => {
      if (check && checkExercises) throw new Error('Give --check or --check-exercises, not both.');
      if (checkExercises) await (await import('../notebook/checkExercises')).checkExercises(names);
      else await executeNotebooks(names, check);
    });
}

export async function executeNotebooks(names: readonly string[], check = false): Promise<void> {
  const { runNotebooks } = await import('../notebook/runner');
  await runNotebooks(names, { check });
}
