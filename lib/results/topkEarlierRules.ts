// The rules by which claims D1 to D6 and O1 were judged before: the ledger shows their verdicts beside those of today's rules.
// They took any interval for a decision, however wide it was; they are applied to the same runs, with today's intervals.
import type { EarlierRule, Verdict } from './claimRule';
import { type Comparison, compare, pool } from './comparisons';
import type { RunRecord } from './record';

const UNTIL = '2026-11-26';
const VARIANTS = ['none', 'topk', 'topk-mean'];

type Judge = (comparisons: readonly Comparison[]) => Verdict;

function againstPlain(
  spec: string,
  variant: string,
  metric: string,
  text: string,
  judge: Judge,
): EarlierRule {
  return {
    text,
    until: UNTIL,
    judge: (records) => judged(differences(records, spec, variant, metric), judge),
  };
}

function differences(
  records: readonly RunRecord[],
  spec: string,
  variant: string,
  metric: string,
): Comparison[] {
  return compare(records, metric, { spec, variant: 'none' }, { spec, variant });
}

function judged(comparisons: readonly Comparison[], judge: Judge): Verdict {
  return comparisons.length === 0 ? 'not run' : judge(comparisons);
}

const isGain = (comparison: Comparison): boolean => comparison.difference > 0;
const isSignificant = (comparison: Comparison): boolean => comparison.p !== null && comparison.p < 0.05;

const significantGain: Judge = (comparisons) => {
  const significant = comparisons.filter((comparison) => isGain(comparison) && isSignificant(comparison));
  if (comparisons.every(isGain) && 2 * significant.length >= comparisons.length) return 'reproduced';
  if (significant.length === 0 && pool(comparisons).interval[0] <= 0) return 'not reproduced';
  return 'mixed';
};

const gain: Judge = (comparisons) => {
  const pooled = pool(comparisons);
  if (comparisons.every(isGain) && pooled.interval[0] > 0) return 'reproduced';
  if (!comparisons.some(isGain) || pooled.interval[1] <= 0) return 'not reproduced';
  return 'mixed';
};

const noGain: Judge = (comparisons) => {
  if (!comparisons.some(isGain)) return 'reproduced';
  return comparisons.every(isGain) && pool(comparisons).interval[0] > 0 ? 'not reproduced' : 'mixed';
};

const withinBars: Judge = (comparisons) => {
  const inside = comparisons.filter(({ difference, baseline, variant }) => {
    return Math.abs(difference) <= (baseline.deviation ?? 0) + (variant.deviation ?? 0);
  });
  if (inside.length === comparisons.length) return 'reproduced';
  return inside.length === 0 ? 'not reproduced' : 'mixed';
};

const NO_GAIN_TEXT =
  'Reproduced: mean replacement is above the plain network on no subset. Not reproduced: it is above on every subset and the pooled interval is above 0. Else mixed.';

const lessPronounced: EarlierRule = {
  text: 'Two parts: the mean stylised gain of Top-K is smaller in Paper-Spec than in Code-Spec (over the subsets run in both); the plain Paper-Spec network is above Top-K on at least one subset. Reproduced: both hold. Not reproduced: neither. Mixed: one.',
  until: UNTIL,
  judge(records) {
    const code = differences(records, 'code', 'topk', 'stylised');
    const paper = differences(records, 'paper', 'topk', 'stylised');
    const inBoth = ({ subset }: Comparison): boolean =>
      [code, paper].every((comparisons) => comparisons.some((comparison) => comparison.subset === subset));
    const [codeShared, paperShared] = [code.filter(inBoth), paper.filter(inBoth)];
    if (codeShared.length === 0) return 'not run';
    const isSmaller = pool(paperShared).difference < pool(codeShared).difference;
    const isBelow = paperShared.some((comparison) => comparison.difference < 0);
    return isSmaller && isBelow ? 'reproduced' : isSmaller || isBelow ? 'mixed' : 'not reproduced';
  },
};

const paperBeatsCode: EarlierRule = {
  text: 'Reproduced: Paper-Spec above Code-Spec for every variant, subset and test set. Not reproduced: above in at most half. Else mixed.',
  until: UNTIL,
  judge(records) {
    const comparisons = VARIANTS.flatMap((variant) =>
      ['original', 'stylised'].flatMap((metric) =>
        compare(records, metric, { spec: 'code', variant }, { spec: 'paper', variant }),
      ),
    );
    const above = comparisons.filter(isGain).length;
    return judged(comparisons, () => {
      if (above === comparisons.length) return 'reproduced';
      return 2 * above <= comparisons.length ? 'not reproduced' : 'mixed';
    });
  },
};

/** By the claim. */
export const EARLIER_TOPK_RULES: Readonly<Record<string, EarlierRule>> = {
  D1: againstPlain(
    'code',
    'topk',
    'stylised',
    'Reproduced: above 0 on every subset, and Welch p < 0.05 on at least half of them. Not reproduced: no gain with p < 0.05 on any subset, and the pooled interval reaches 0 or below. Else mixed.',
    significantGain,
  ),
  D2: againstPlain(
    'code',
    'topk',
    'original',
    'Reproduced: above 0 on every subset and the pooled interval above 0. Not reproduced: above 0 on no subset, or the pooled interval not above 0 at all. Else mixed.',
    gain,
  ),
  D3: againstPlain('code', 'topk-mean', 'stylised', NO_GAIN_TEXT, noGain),
  D4: lessPronounced,
  D5: againstPlain(
    'paper',
    'topk',
    'original',
    'A difference is within the bars when its size is at most the sum of both standard deviations. Reproduced: within on every subset. Not reproduced: on none. Else mixed.',
    withinBars,
  ),
  D6: againstPlain('paper', 'topk-mean', 'stylised', NO_GAIN_TEXT, noGain),
  O1: paperBeatsCode,
};
