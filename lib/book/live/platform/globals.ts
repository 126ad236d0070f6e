// Names that Node puts everywhere and a tab does not have; the bundle puts these in their places.
import { Buffer } from 'buffer';
import { soon } from './timers';

const process = {
  // Unless a task names another engine: the numbers of the committed notebooks, digit for digit.
  env: { GESTALT_ENGINE: 'wasm' } as Record<string, string | undefined>,
  pid: 0,
  cwd: (): string => '/',
  emitWarning: (message: string): void => console.warn(message),
};

/** Where a package lies: its name, since nothing is read from there. */
const resolveNowhere = (name: string): string => `/${name}`;

export { Buffer, process, resolveNowhere, soon as setImmediate };
