// One output of a cell, in several formats, replaced in place.
import { currentKernel, type MimeBundle } from './kernel';

let count = 0;

/** An output on screen. */
export interface Display {
  /** Replaces what the output shows, wherever it is by now. */
  update(data: MimeBundle): void;
}

/** Shows `data` as one output. In a terminal: prints its `text/plain`, and updates print theirs. */
export function display(data: MimeBundle): Display {
  const kernel = currentKernel();
  if (!kernel) {
    printText(data);
    return { update: printText };
  }
  const transient = { display_id: `gestalt-${++count}` };
  kernel.display({ data, metadata: {}, transient }, false);
  return { update: (next) => kernel.display({ data: next, metadata: {}, transient }, true) };
}

function printText(data: MimeBundle): void {
  process.stdout.write(`${String(data['text/plain'] ?? '')}\n`);
}

/** Lets through at most one call in `interval` milliseconds. For displays only. */
export class RateLimit {
  #last = Number.NEGATIVE_INFINITY;

  constructor(readonly interval: number) {}

  /** Whether it is time to draw again. */
  ready(now = performance.now()): boolean {
    if (now - this.#last < this.interval) return false;
    this.#last = now;
    return true;
  }
}
