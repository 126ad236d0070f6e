// When an engine's memory does not suffice.

/** The error itself, unless it tells of exhausted memory: then one that names the batch `[N, H, W, C]` and what to do. */
export function explainExhausted(error: unknown, [images, height, width]: readonly number[]): unknown {
  const { message } = error as Error;
  if (!/OOM when allocating|out of memory|is exhausted|RESOURCE_?EXHAUSTED/i.test(message)) return error;
  return new Error(
    `The engine's memory does not suffice for a batch of ${images} images of ${height} x ${width}. Use a smaller batchSize, smaller ` +
      `images or a narrower network. (${message})`,
    { cause: error },
  );
}
