// What a page and its workers say to each other.
import type { Environment } from './environment';

/** A file of the repository, by its path from the root, e.g. `/data/drawings/icons.json`. */
export interface HandedFile {
  readonly path: string;
  readonly base64: string;
}

/** From the page: its environment comes first, then files, then tasks that need them. */
export type ToWorker =
  | { readonly kind: 'environment'; readonly environment: Environment }
  | { readonly kind: 'files'; readonly files: readonly HandedFile[] }
  | { readonly kind: 'task'; readonly id: number; readonly task: string; readonly request: unknown }
  | { readonly kind: 'stop'; readonly id: number };

/** From a worker: any number of events of a task, then its result or its error. */
export type FromWorker =
  | { readonly kind: 'event'; readonly id: number; readonly event: unknown }
  | { readonly kind: 'result'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: number; readonly message: string };
