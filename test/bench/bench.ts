// What the benches share: their form, and robust summaries of timings.

/** One line of the report. */
export interface BenchRow {
  what: string;
  measured: string;
  goal: string;
  /** Undefined when it could not be measured. */
  met?: boolean;
  /** Of a training step, relative to PyTorch's: median and middle half. */
  ratio?: { engine: string; width: number; low: number; median: number; high: number };
}

export type Bench = () => Promise<BenchRow[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Times two pieces of work in turn, so that both meet the same weather; after warm-ups that do not count. */
export async function alternate(
  rounds: number,
  first: () => Promise<number>,
  second: () => Promise<number>,
  warmUps = 3,
): Promise<{ first: number[]; second: number[]; ratio: number }> {
  const times = { first: [] as number[], second: [] as number[] };
  for (let round = -warmUps; round < rounds; round++) {
    const [a, b] = [await first(), await second()];
    if (round < 0) continue;
    times.first.push(a);
    times.second.push(b);
  }
  return { ...times, ratio: median(times.first.map((time, i) => time / times.second[i])) };
}

/** Milliseconds that `work` takes. */
export async function clocked(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
