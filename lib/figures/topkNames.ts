// What the Top-K figures and tables call things, and the order in which they show them.
import { matching, subsetsOf } from '../results/comparisons';
import type { RunRecord } from '../results/record';

export const SPEC_NAMES: Readonly<Record<string, string>> = { code: 'Code-Spec', paper: 'Paper-Spec' };

export const VARIANT_NAMES: Readonly<Record<string, string>> = {
  none: 'plain',
  topk: 'Top-K 20 %',
  'topk-mean': 'Top-K mean',
};

export const TEST_SET_NAMES: Readonly<Record<string, string>> = {
  original: 'original test images',
  stylised: 'stylised test images',
};

/** The names in the order in which figures show them. */
export function orderOf(names: Readonly<Record<string, string>>): string[] {
  return Object.values(names);
}

/** Runs that differ in their seed alone. */
export interface Group {
  readonly spec: string;
  readonly variant: string;
  readonly subset: string;
}

/** The groups that have runs, in the order in which tables show them. */
export function groupsOf(records: readonly RunRecord[]): Group[] {
  return Object.keys(SPEC_NAMES)
    .flatMap((spec) => Object.keys(VARIANT_NAMES).map((variant) => ({ spec, variant })))
    .flatMap((network) => subsetsOf(records).map((subset) => ({ ...network, subset })))
    .filter((group) => matching(records, { ...group }).length > 0);
}
