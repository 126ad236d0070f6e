import type { Command } from 'commander';
import { newCommand } from './command';

export function notebooksCommand(): Command {
  return newCommand('notebooks', {
    summary: 'execute notebooks (all, or those named) and write them back',
    description:
      'Executes notebooks (all, or those named) without Python and writes them back: on the engine that their metadata name, unless ' +
      'GESTALT_ENGINE does, and with the network that comes along, unless GESTALT_OWN_NETWORK=1 asks for yours. Times are not written.',
    examples: [
      ['npm run notebooks', 'executes all of them'],
      ['npm run notebooks -- 20-top-k-layer --check', 'executes one, and leaves its file as it is'],
    ],
    writes: 'the notebooks with their outputs, unless --check is given',
    failed: 'a cell failed or a name is unknown; stderr says which',
  })
    .argument('[notebook...]', 'names without .ipynb; all unless given')
    .option('--check', 'execute without writing back')
    .action(async (names: string[], { check = false }: { check?: boolean }) => {
      await executeNotebooks(names, check);
    });
}

export async function executeNotebooks(names: readonly string[], check = false): Promise<void> {
  const { runNotebooks } = await import('../notebook/runner');
  await runNotebooks(names, { check });
}
