// One way to stop long work: Jupyter's interrupt button in a cell, Ctrl-C in a terminal, SIGTERM from a scheduler.
import { currentKernel } from './kernel';

/** Exit codes of a process that a signal stopped, by the shells' convention. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

let terminal: AbortController | undefined;

/** The signal that long work watches between its steps.
 *  In a cell: aborted by Jupyter's interrupt, and new for each cell. In a terminal: aborted by the first Ctrl-C or SIGTERM; the second
 *  ends the process at once, unless a parent that is there has started it. Either sets the process's exit code, 130 or 143. Take it when the work starts, not when a module loads.
 *  `says`: what a terminal is told then. */
export function interruptSignal(says = 'Stopping after the current step'): AbortSignal {
  const kernel = currentKernel();
  if (kernel) return kernel.interrupt;
  terminal ??= listen(says);
  return terminal.signal;
}

function listen(says: string): AbortController {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        // A scheduler signals every process of a job, and a parent passes its own on; it also ends one that takes too long.
        if (process.connected) return;
        process.exit(EXIT_CODES[name]);
      }
      process.exitCode = EXIT_CODES[name];
      const again = name === 'SIGINT' ? '; press Ctrl-C again to stop at once' : '';
      process.stderr.write(`\n${says}${again}.\n`);
      const reason = new Error('Interrupted.');
      reason.name = 'Interrupted';
      controller.abort(reason);
    });
  }
  return controller;
}
