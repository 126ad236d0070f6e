// One output of a cell, in several formats, replaced in place.
import { currentKernel, type MimeBundle } from './kernel';

let count = 0;

/** An output on screen. */
export interface Display {
  /** Replaces what the output shows, wherever it is by now. */
  update(data: MimeBundle, kept?: MimeBundle): void;
}

/** Shows `data` as one output. In a terminal: prints its `text/plain`, and updates print theirs.
 *  Where `data` holds what differs from run to run, such as times, `kept` is what an executed notebook holds in its place. */
export function display(data: MimeBundle, kept?: MimeBundle): Display {
  const kernel = currentKernel();
  if (!kernel) {
    printText(data);
    return { update: printText };
  }
  const transient = { display_id: `gestalt-${++count}` };
  kernel.display({ data, metadata: metadataOf(kept), transient }, false);
  return {
    update: (next, nextKept) =>
      kernel.display({ data: next, metadata: metadataOf(nextKept), transient }, true),
  };
}

/** Metadata of an output whose contents differ from run to run: what the notebook runner writes instead. */
export interface LiveMetadata {
  gestalt?: { kept: MimeBundle };
}

function metadataOf(kept: MimeBundle | undefined): LiveMetadata {
  return kept === undefined ? {} : { gestalt: { kept } };
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
