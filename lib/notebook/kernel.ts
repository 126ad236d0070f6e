// What the repository's Jupyter kernel offers to code that runs in its cells (set by jupyter/kernels/tslab/cells.cjs).

/** Contents of one output in several formats: MIME type to text, base64 or, for JSON types, an object. */
export type MimeBundle = Record<string, unknown>;

interface Kernel {
  /** Aborted by Jupyter's interrupt; a new one for each cell. */
  readonly interrupt: AbortSignal;
  display(
    content: { data: MimeBundle; metadata: object; transient: { display_id: string } },
    update: boolean,
  ): void;
}

/** The kernel this code runs in; undefined in a terminal. */
export function currentKernel(): Kernel | undefined {
  return (globalThis as Record<symbol, unknown>)[Symbol.for('gestalt.kernel')] as Kernel | undefined;
}
