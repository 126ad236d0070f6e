// One way to stop long work: Jupyter's interrupt button in a cell, Ctrl-C in a terminal.
import { currentKernel } from './kernel';

let terminal: AbortController | undefined;

/** The signal that long work watches between its steps.
 *  In a cell: aborted by Jupyter's interrupt, and new for each cell. In a terminal: aborted by the first Ctrl-C; the second ends
 *  the process with exit code 130. Take it when the work starts, not when a module loads. */
export function interruptSignal(): AbortSignal {
  const kernel = currentKernel();
  if (kernel) return kernel.interrupt;
  terminal ??= listenToCtrlC();
  return terminal.signal;
}

function listenToCtrlC(): AbortController {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130);
    process.stderr.write('\nStopping after the current step; press Ctrl-C again to stop at once.\n');
    controller.abort(new Error('Interrupted'));
  });
  return controller;
}
