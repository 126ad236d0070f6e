import type { Command } from 'commander';
import { newCommand } from './command';
import { EXIT } from './exitCodes';

export function labCommand(): Command {
  return newCommand('lab', {
    summary: 'open JupyterLab with the kernel of the repository',
    description:
      'Opens JupyterLab with the kernel of the repository: the JupyterLab of the PATH, else one in a .venv that it makes.',
    examples: [
      ['npm run lab', 'opens the notebooks in the browser'],
      ['npm run lab -- --no-browser', 'prints the address only'],
    ],
    writes: '.venv, where there is no JupyterLab yet',
    failed: 'JupyterLab is not there or ended with an error',
  })
    .option('--no-browser', 'print the address only, e.g. on a remote machine')
    .option('--allow-root', 'run as root, e.g. in a container')
    .action(async ({ browser, allowRoot = false }: { browser: boolean; allowRoot?: boolean }) => {
      const { openLab } = await import('../notebook/lab');
      const args = [...(browser ? [] : ['--no-browser']), ...(allowRoot ? ['--allow-root'] : [])];
      if ((await openLab({ args })) !== 0) process.exitCode = EXIT.failed;
    });
}
