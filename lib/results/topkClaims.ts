// Claims D1 to D6 and O1 of the Top-K report (Section 4.1, Table 1) and the rules that judge them.
// Differences are variant minus baseline, in percentage points of accuracy, one for each class subset that was run.
// "Pooled" is the mean over subsets, with the 95 % bootstrap interval over seeds.
import type { ClaimRule, Judgement, Verdict } from './claimRule';
import { type Comparison, compare, pool } from './comparisons';
import type { RunRecord } from './record';

const EXPERIMENT = 'topk-training';
const METRICS = ['original', 'stylised'];
const VARIANTS = ['none', 'topk', 'topk-mean'];

/** Verdict on comparisons of which there is at least one. */
type Judge = (comparisons: readonly Comparison[]) => Verdict;

/** A claim about one variant against the plain network of the same specification. */
function againstPlain(
  claim: string,
  spec: string,
  variant: string,
  metric: string,
  text: string,
  judge: Judge,
): ClaimRule {
  return {
    claim,
    experiment: EXPERIMENT,
    text,
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

function judged(comparisons: readonly Comparison[], judge: Judge): Judgement {
  if (comparisons.length === 0) {
    return { verdict: 'not run', summary: 'no subset with two seeds of both networks', comparisons };
  }
  return { verdict: judge(comparisons), summary: summaryOf(comparisons), comparisons };
}

function summaryOf(comparisons: readonly Comparison[]): string {
  const each = comparisons.map(({ subset, difference, p }) => {
    return `${subset} ${signed(difference)}${p === null ? '' : ` (p ${p.toFixed(2)})`}`;
  });
  return `${each.join(', ')}; ${pooledText(comparisons)}`;
}

function pooledText(comparisons: readonly Comparison[]): string {
  const { difference, interval } = pool(comparisons);
  return `pooled ${signed(difference)} [${signed(interval[0])}, ${signed(interval[1])}]`;
}

/** A number of percentage points with its sign, e.g. `+1.3`. */
function signed(points: number): string {
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`;
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

const lessPronounced: ClaimRule = {
  claim: 'D4',
  experiment: EXPERIMENT,
  text: 'Two parts: the mean stylised gain of Top-K is smaller in Paper-Spec than in Code-Spec (over the subsets run in both); the plain Paper-Spec network is above Top-K on at least one subset. Reproduced: both hold. Not reproduced: neither. Mixed: one.',
  judge: (records) => {
    const code = differences(records, 'code', 'topk', 'stylised');
    const paper = differences(records, 'paper', 'topk', 'stylised');
    const inBoth = ({ subset }: Comparison): boolean =>
      [code, paper].every((comparisons) => comparisons.some((comparison) => comparison.subset === subset));
    const [codeShared, paperShared] = [code.filter(inBoth), paper.filter(inBoth)];
    const comparisons = [...codeShared, ...paperShared];
    if (comparisons.length === 0) return judged(comparisons, gain);
    const isSmaller = pool(paperShared).difference < pool(codeShared).difference;
    const isBelow = paperShared.some((comparison) => comparison.difference < 0);
    return {
      verdict: isSmaller && isBelow ? 'reproduced' : isSmaller || isBelow ? 'mixed' : 'not reproduced',
      summary: `Code-Spec: ${summaryOf(codeShared)}. Paper-Spec: ${summaryOf(paperShared)}`,
      comparisons,
    };
  },
};

const paperBeatsCode: ClaimRule = {
  claim: 'O1',
  experiment: EXPERIMENT,
  text: 'Paper-Spec minus Code-Spec for every variant, subset and test set. Reproduced: above 0 in all. Not reproduced: above 0 in at most half. Else mixed.',
  judge: (records) => {
    const comparisons = VARIANTS.flatMap((variant) =>
      METRICS.flatMap((metric) =>
        compare(records, metric, { spec: 'code', variant }, { spec: 'paper', variant }),
      ),
    );
    const above = comparisons.filter(isGain).length;
    const judgement = judged(comparisons, () => {
      if (above === comparisons.length) return 'reproduced';
      return 2 * above <= comparisons.length ? 'not reproduced' : 'mixed';
    });
    if (comparisons.length === 0) return judgement;
    const byMetric = METRICS.map((metric) =>
      comparisons.filter((comparison) => comparison.metric === metric),
    );
    const pooled = byMetric.map((group, i) =>
      group.length === 0 ? '' : `; ${METRICS[i]} ${pooledText(group)}`,
    );
    return { ...judgement, summary: `above 0 in ${above} of ${comparisons.length}${pooled.join('')}` };
  },
};

/** The rules for the claims that Table 1 of the report can settle. */
export const topKTrainingRules: readonly ClaimRule[] = [
  againstPlain(
    'D1',
    'code',
    'topk',
    'stylised',
    'Reproduced: above 0 on every subset, and Welch p < 0.05 on at least half of them. Not reproduced: no gain with p < 0.05 on any subset, and the pooled interval reaches 0 or below. Else mixed.',
    significantGain,
  ),
  againstPlain(
    'D2',
    'code',
    'topk',
    'original',
    'Reproduced: above 0 on every subset and the pooled interval above 0. Not reproduced: above 0 on no subset, or the pooled interval not above 0 at all. Else mixed.',
    gain,
  ),
  againstPlain('D3', 'code', 'topk-mean', 'stylised', NO_GAIN_TEXT, noGain),
  lessPronounced,
  againstPlain(
    'D5',
    'paper',
    'topk',
    'original',
    'A difference is within the bars when its size is at most the sum of both standard deviations. Reproduced: within on every subset. Not reproduced: on none. Else mixed.',
    withinBars,
  ),
  againstPlain('D6', 'paper', 'topk-mean', 'stylised', NO_GAIN_TEXT, noGain),
  paperBeatsCode,
];
