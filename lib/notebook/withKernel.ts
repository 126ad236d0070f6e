// A fresh kernel for a notebook: its environment, its end, and what an interrupt does.
import { JupyterKernel } from './jupyterClient';
import { engineOf, type Notebook } from './notebookFile';

/** How long an interrupted cell may take to save its state, in milliseconds. */
const INTERRUPT_PATIENCE = 10_000;

/** Work with a kernel was stopped by its signal; the command line then exits with 130. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Starts a kernel for the notebook, works with it and ends it, whatever happened. When `signal` aborts, the running cell is
 *  interrupted, and some time later this rejects. */
export async function withKernel<T>(
  notebook: Notebook,
  signal: AbortSignal,
  work: (kernel: JupyterKernel) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const kernel = await JupyterKernel.start(environmentOf(notebook));
  const stopped = onAbort(signal, () => kernel.interrupt());
  try {
    signal.throwIfAborted(); // aborted while the kernel started, before anyone listened
    return await Promise.race([work(kernel), stopped.promise]);
  } finally {
    stopped.forget();
    await kernel.shutdown();
  }
}

/** What makes a notebook's outputs the same on every machine, unless the environment says otherwise: the engine that it names, though
 *  a better one may be there, and the network that it brings along, though the reader may have saved one. */
function environmentOf(notebook: Notebook): Record<string, string> {
  const { GESTALT_ENGINE, GESTALT_OWN_NETWORK = '0' } = process.env;
  const engine = GESTALT_ENGINE || engineOf(notebook);
  return { GESTALT_OWN_NETWORK, ...(engine === undefined ? {} : { GESTALT_ENGINE: engine }) };
}

/** Rejects some time after an abort, so that what runs can end by itself first. */
function onAbort(signal: AbortSignal, interrupt: () => void): { promise: Promise<never>; forget(): void } {
  let timer: NodeJS.Timeout | undefined;
  let listener = (): void => {};
  const promise = new Promise<never>((_, reject) => {
    listener = () => {
      interrupt();
      timer = setTimeout(() => reject(new Interrupted('Interrupted.')), INTERRUPT_PATIENCE);
    };
    signal.addEventListener('abort', listener, { once: true });
  });
  return {
    promise,
    forget: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', listener);
    },
  };
}
