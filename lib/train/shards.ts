// How a batch is divided among replicas, and how their gradients become one again.

/** Images for each replica: as equal as possible, and at least two each, because batch norm needs a spread. Replicas
 *  beyond `count / 2` get none. */
export function shardSizes(count: number, replicas: number): number[] {
  const active = Math.max(1, Math.min(replicas, Math.floor(count / 2)));
  return Array.from({ length: replicas }, (_, replica) =>
    replica < active ? Math.floor(count / active) + (replica < count % active ? 1 : 0) : 0,
  );
}

/** The most images each replica can get from batches of at most `count`. A replica's largest shard is not always that of
 *  the largest batch: the last batch of an epoch may be divided among fewer. */
export function largestShards(count: number, replicas: number): number[] {
  const largest = new Array<number>(replicas).fill(0);
  for (let size = 1; size <= count; size++) {
    for (const [replica, images] of shardSizes(size, replicas).entries()) {
      largest[replica] = Math.max(largest[replica], images);
    }
  }
  return largest;
}

/** `target[i] = sum over shards of size / total * values[i]`, in the order of the shards, so that it is deterministic. */
export function weightedMean(
  shards: readonly { size: number; values: Float32Array }[],
  target: Float32Array,
): void {
  const active = shards.filter(({ size }) => size > 0);
  const total = active.reduce((sum, { size }) => sum + size, 0);
  const [first, second, ...others] = active.map(({ size, values }) => ({ values, weight: size / total }));
  if (second === undefined) {
    target.set(first.values);
    return;
  }
  addWeighted(target, first, second);
  for (const { values, weight } of others) {
    for (let i = 0; i < target.length; i++) target[i] += weight * values[i];
  }
}

interface Weighted {
  readonly values: Float32Array;
  readonly weight: number;
}

/** Two shards in one pass, four values a turn: the main thread sums while the others wait. */
function addWeighted(target: Float32Array, first: Weighted, second: Weighted): void {
  const [a, b, share, rest] = [first.values, second.values, first.weight, second.weight];
  const { length } = target;
  const whole = length - (length % 4);
  for (let i = 0; i < whole; i += 4) {
    target[i] = share * a[i] + rest * b[i];
    target[i + 1] = share * a[i + 1] + rest * b[i + 1];
    target[i + 2] = share * a[i + 2] + rest * b[i + 2];
    target[i + 3] = share * a[i + 3] + rest * b[i + 3];
  }
  for (let i = whole; i < length; i++) target[i] = share * a[i] + rest * b[i];
}

/** Terms of the loss over a whole batch, from those of its shards. */
export function meanTerms(
  shards: readonly { count: number; terms: Record<string, number> }[],
): Record<string, number> {
  const total = shards.reduce((sum, { count }) => sum + count, 0);
  const terms: Record<string, number> = {};
  for (const shard of shards) {
    for (const [name, value] of Object.entries(shard.terms)) {
      terms[name] = (terms[name] ?? 0) + (value * shard.count) / total;
    }
  }
  return terms;
}
