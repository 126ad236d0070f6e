// The engine of a cell: on one thread, whatever the machine.
import { type Engine, type EngineName, useEngine } from '../engine/engine';

/** Threads of a cell. Cells run side by side in processes of their own, so each keeps to one core; its numbers do not depend on how
 *  many cores there are; and more data-parallel workers would give batch norm smaller batches than the papers'. */
export const CELL_THREADS = 1;

/** Starts the named engine, or the best there is, for a cell. Throws as `useEngine`. */
export function useCellEngine(options: { name?: EngineName; quiet?: boolean } = {}): Promise<Engine> {
  return useEngine({ quiet: true, ...options, threads: CELL_THREADS });
}
