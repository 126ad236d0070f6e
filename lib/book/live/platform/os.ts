// `node:os` in a tab: one thread computes, the worker's own.

export function availableParallelism(): number {
  return 1;
}

export function hostname(): string {
  return 'browser';
}
