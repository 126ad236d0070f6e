// What the figures and tables of few-shot synthesis call its generators, and the order in which they show them.
import { matching } from '../results/comparisons';
import type { RunRecord } from '../results/record';

export const SPARSITY_NAMES: Readonly<Record<string, string>> = {
  none: 'no Top-K',
  top5: 'Top-K 5 %',
  top15: 'Top-K 15 %',
};
export const NOISE_NAMES: Readonly<Record<string, string>> = { off: 'no noise', on: 'noise' };

/** A kind of generator, by coordinates of cells. */
export interface Condition {
  readonly sparsity: string;
  readonly noise: string;
}

const CONDITIONS: readonly Condition[] = Object.keys(SPARSITY_NAMES).flatMap((sparsity) =>
  Object.keys(NOISE_NAMES).map((noise) => ({ sparsity, noise })),
);

/** Those that have runs. */
export function conditionsOf(records: readonly RunRecord[]): Condition[] {
  return CONDITIONS.filter((condition) => matching(records, { ...condition }).length > 0);
}

/** Images that a metric of these runs was measured with, e.g. `300`. */
export function imagesBehind(records: readonly RunRecord[], metric: string): string {
  return [...new Set(records.map(({ metrics }) => metrics[metric].counts.images))].join(' or ');
}

export function conditionName({ sparsity, noise }: Condition): string {
  return noise === 'off' ? SPARSITY_NAMES[sparsity] : `${SPARSITY_NAMES[sparsity]} + noise`;
}

/** The first run that keeps pictures, of a kind and a data set; undefined without one. */
export function keptRun(
  records: readonly RunRecord[],
  condition: Condition,
  subset: string,
): RunRecord | undefined {
  return matching(records, { ...condition, subset }).find(({ artifacts }) => artifacts.length > 0);
}
