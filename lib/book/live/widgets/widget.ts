/// <reference lib="dom" />
// What every widget is given and gives.
import type { DataName, WorkerName } from '../assets';
import type { LiveWorker } from '../host';

/** What a widget works with. */
export interface Stage {
  /** Where it puts its elements. */
  readonly place: HTMLElement;
  readonly worker: LiveWorker;
  /** Tells whoever listens to the element's `live-result` what the worker answered. */
  tell(detail: unknown): void;
}

export interface Widget {
  readonly title: string;
  /** One or two sentences before it starts. */
  readonly about: string;
  readonly worker: WorkerName;
  /** Files that its first picture needs. */
  readonly data: readonly DataName[];
  mount(stage: Stage): void;
}
