// What the Top-K figures and tables call things, and the order in which they show them.

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
