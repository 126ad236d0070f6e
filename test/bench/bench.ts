// What the benches share: their form, and robust summaries of timings.

/** One line of the report. */
export interface BenchRow {
  what: string;
  measured: string;
  goal: string;
  /** Undefined when it could not be measured. */
  met?: boolean;
  /** Of a training step, relative to PyTorch's. */
  ratio?: Spread & { engine: string; width: number };
}

export type Bench = () => Promise<BenchRow[]>;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Median and middle half. */
export interface Spread {
  low: number;
  median: number;
  high: number;
}

export function spread(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return { low: at(0.25), median: median(values), high: at(0.75) };
}

/** E.g. `1.43 [1.40, 1.47]`. */
export function ratioText({ low, median: middle, high }: Spread): string {
  return `${middle.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

/** Milliseconds of each piece of work, in turn, so that all meet the same weather; after warm-ups that do not count. */
export async function alternate<Name extends string>(
  rounds: number,
  works: Readonly<Record<Name, () => Promise<number>>>,
  warmUps = 3,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(works) as Name[];
  const times = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = -warmUps; round < rounds; round++) {
    for (const name of names) {
      const time = await works[name]();
      if (round >= 0) times[name].push(time);
    }
  }
  return times;
}

/** Median of the ratios round by round. */
export function medianRatio(times: readonly number[], others: readonly number[]): number {
  return median(times.map((time, i) => time / others[i]));
}

/** Milliseconds that `work` takes. */
export async function clocked(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
