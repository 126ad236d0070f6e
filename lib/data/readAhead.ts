// Reading ahead: things that take time are made in parallel, used in order, and never pile up.

/** The results of `make(0)` to `make(count - 1)`, in order. While one is used, the next `ahead` are being made or wait; no
 *  more than that is ever in memory. An error of `make` is thrown where its result would have come. */
export async function* readAhead<T>(
  count: number,
  ahead: number,
  make: (index: number) => Promise<T>,
): AsyncGenerator<T, void, undefined> {
  const waiting: Promise<T>[] = [];
  for (let next = 0, index = 0; index < count; index++) {
    for (; next < count && next <= index + ahead; next++) {
      const making = make(next);
      // A failure surfaces where the result is awaited; if its user stops before, it must not end the process.
      making.catch(() => undefined);
      waiting.push(making);
    }
    yield await (waiting.shift() as Promise<T>);
  }
}
