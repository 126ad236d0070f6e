// Parts of the book that are made at the same time: most of it is waiting for pictures.

/** The values of all, in order. Throws the first one's error, and only when all have ended: none writes into a folder that has gone since. */
export async function allOf<T>(running: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}
