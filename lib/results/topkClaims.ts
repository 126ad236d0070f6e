// Claims D1 to D6 and O1 of the Top-K report (Section 4.1, Table 1) and the rules that judge them.
// Differences are variant minus baseline, in percentage points of accuracy, one for each class subset that was run.
// "Pooled" is the mean over subsets. Intervals are Welch's over seeds; claimed effects are means of the report's printed numbers.
import type { ClaimRule, Evidence, Verdict } from './claimRule';
import { type Comparison, compare, type Difference, describe, pool } from './comparisons';
import { readTopKTable } from './papers';
import { evidenceReason, sidesReason } from './reasons';
import type { RunRecord } from './record';
import { type Contrast, contrast, mean } from './statistics';
import { EARLIER_TOPK_RULES } from './topkEarlierRules';
import {
  comparisonsInWords,
  evidenceInWords,
  type Finding,
  findingOf,
  inWords,
  judged,
  liesAbove,
  liesBelow,
  sidesOf,
  signed,
  verdictOfParts,
} from './verdicts';

const EXPERIMENT = 'topk-training';
const METRICS = ['original', 'stylised'] as const;
const VARIANTS = ['none', 'topk', 'topk-mean'];

type TestSet = (typeof METRICS)[number];

/** A kind of network, by specification and variant. */
interface Network {
  readonly spec: string;
  readonly variant: string;
}

/** Verdict on the pooled difference and those of the subsets, of which there is at least one. */
type Judge = (pooled: Evidence, comparisons: readonly Comparison[]) => Verdict;

/** What the report prints of two networks: mean over its subsets of `variant - baseline`. */
function printed(baseline: Network, variant: Network, metric: TestSet): number {
  return mean(printedOf(variant, metric)) - mean(printedOf(baseline, metric));
}

/** What it prints of one, subset by subset. */
function printedOf({ spec, variant }: Network, metric: TestSet): number[] {
  return readTopKTable()
    .filter((row) => row.spec === spec && row.variant === variant)
    .map((row) => row[metric][0]);
}

function plain(spec: string): Network {
  return { spec, variant: 'none' };
}

function differences(
  records: readonly RunRecord[],
  network: Network,
  metric: TestSet,
  coverage?: number,
): Comparison[] {
  return compare(records, metric, { ...plain(network.spec) }, { ...network }, coverage);
}

const NOTHING = judged('not run', 'no subset with two seeds of both networks');

/** A claim about one variant against the plain network of the same specification. */
function againstPlain(
  claim: string,
  network: Network,
  metric: TestSet,
  text: (claimed: string) => string,
  judge: Judge,
): ClaimRule {
  const claimed = printed(plain(network.spec), network, metric);
  return {
    claim,
    experiment: EXPERIMENT,
    text: text(signed(claimed)),
    earlier: EARLIER_TOPK_RULES[claim],
    overSeeds: 'one difference',
    judge(records, coverage) {
      const comparisons = differences(records, network, metric, coverage);
      if (comparisons.length === 0) return NOTHING;
      const pooled = { name: 'pooled', ...pool(comparisons), claimed };
      const verdict = judge(pooled, comparisons);
      const lost = verdict === 'mixed' ? comparisons.filter(({ interval }) => liesBelow(interval, 0)) : [];
      return {
        verdict,
        reason: [
          evidenceReason([pooled]),
          ...lost.map(({ subset }) => `that of ${subset} lies below 0`),
        ].join('; '),
        // When it is read: the detectable size is simulated.
        get summary() {
          return `${comparisonsInWords(comparisons)}; ${evidenceInWords(pooled)}`;
        },
        comparisons,
        evidence: [pooled],
      };
    },
  };
}

const GAIN_TEXT = (claimed: string): string =>
  `Reproduced: the pooled interval lies above 0, and no subset's below. Mixed: the pooled one above 0, some subset's below. Inconclusive: the pooled interval holds both 0 and the report's ${claimed}. Not reproduced: it reaches 0 or below, and leaves out ${claimed}.`;

const gain: Judge = ({ interval, claimed }, comparisons) => {
  const finding = findingOf(interval, claimed);
  if (finding === 'undecided') return 'inconclusive';
  if (finding === 'refuted') return 'not reproduced';
  return comparisons.some((comparison) => liesBelow(comparison.interval, 0)) ? 'mixed' : 'reproduced';
};

const NO_GAIN_TEXT = (claimed: string): string =>
  `Reproduced: the pooled interval lies below 0. Not reproduced: above 0. Inconclusive: it holds both 0 and the report's ${claimed}. Mixed: it holds 0, but no loss as great as ${claimed}.`;

const noGain: Judge = ({ interval, claimed }) => {
  if (liesAbove(interval, 0)) return 'not reproduced';
  const finding = findingOf(interval, claimed);
  if (finding === 'shown') return 'reproduced';
  return finding === 'undecided' ? 'inconclusive' : 'mixed';
};

/** A change that the report calls an improvement: that of Top-K on the original images in Code-Spec. */
const MARGIN = printed(plain('code'), { spec: 'code', variant: 'topk' }, 'original');

const neitherDropsNorImproves: ClaimRule = {
  claim: 'D5',
  experiment: EXPERIMENT,
  text: `Equivalence: a change matters when it is as great as the one that the report calls an improvement in Code-Spec, ${MARGIN.toFixed(1)} points. Reproduced: the pooled interval lies within ±${MARGIN.toFixed(1)}, and no subset's beyond it. Mixed: the pooled one within, some subset's beyond. Inconclusive: the pooled interval holds 0 and reaches beyond. Not reproduced: it leaves out 0 and reaches beyond.`,
  earlier: EARLIER_TOPK_RULES.D5,
  judge(records) {
    const comparisons = differences(records, { spec: 'paper', variant: 'topk' }, 'original');
    if (comparisons.length === 0) return NOTHING;
    // What has to be ruled out is a change of the margin's size, on the side to which the numbers lean.
    const pooled = pool(comparisons);
    const claimed = pooled.difference < 0 ? -MARGIN : MARGIN;
    const found: Evidence = { name: 'pooled', ...pooled, claimed, claimedBy: 'rule' };
    const [low, high] = pooled.interval;
    const isWithin = low > -MARGIN && high < MARGIN;
    const verdict = ((): Verdict => {
      if (isWithin) {
        const isBeyond = comparisons.some(
          ({ interval }) => liesAbove(interval, MARGIN) || liesBelow(interval, -MARGIN),
        );
        return isBeyond ? 'mixed' : 'reproduced';
      }
      return low > 0 || high < 0 ? 'not reproduced' : 'inconclusive';
    })();
    return {
      verdict,
      summary: `${comparisonsInWords(comparisons)}; ${inWords('pooled', pooled)}; margin ±${MARGIN.toFixed(1)}`,
      reason: `${evidenceReason([found])}; it ${isWithin ? 'lies within' : 'reaches beyond'} ±${MARGIN.toFixed(1)}`,
      comparisons,
      evidence: [found],
    };
  },
};

const CODE_TOPK = { spec: 'code', variant: 'topk' };
const PAPER_TOPK = { spec: 'paper', variant: 'topk' };
const CODE_GAIN = printed(plain('code'), CODE_TOPK, 'stylised');
const GAIN_LOST = CODE_GAIN - printed(plain('paper'), PAPER_TOPK, 'stylised');

const lessPronounced: ClaimRule = {
  claim: 'D4',
  experiment: EXPERIMENT,
  text: `Three parts. A: Top-K gains in Code-Spec (0 against the report's ${signed(CODE_GAIN)}). B: it gains less in Paper-Spec (difference of the gains: 0 against ${signed(GAIN_LOST)}). C: in Paper-Spec some subset's interval lies below 0 (refuted when all lie above). Of A and B, shown: the pooled interval lies above 0; undecided: it holds both; else refuted. Reproduced: all shown. Inconclusive: none refuted, some undecided. Mixed: some refuted, some shown. Not reproduced: some refuted, none shown.`,
  earlier: EARLIER_TOPK_RULES.D4,
  overSeeds: 'several differences',
  judge(records, coverage) {
    const code = differences(records, CODE_TOPK, 'stylised', coverage);
    const paper = differences(records, PAPER_TOPK, 'stylised', coverage);
    const inBoth = ({ subset }: Comparison): boolean =>
      [code, paper].every((comparisons) => comparisons.some((comparison) => comparison.subset === subset));
    const [codeShared, paperShared] = [code.filter(inBoth), paper.filter(inBoth)];
    if (codeShared.length === 0) return NOTHING;
    const { codeGain, gainLost, paperPool, parts } = gainsOf(codeShared, paperShared);
    return {
      verdict: verdictOfParts(parts),
      get summary() {
        return [
          `A ${parts[0]}: Code-Spec ${comparisonsInWords(codeShared)}; ${evidenceInWords(codeGain)}`,
          `B ${parts[1]}: ${evidenceInWords(gainLost)}`,
          `C ${parts[2]}: Paper-Spec ${comparisonsInWords(paperShared)}; ${inWords('pooled', paperPool)}`,
        ].join('. ');
      },
      reason: `${evidenceReason([codeGain, gainLost])}; that plain is better on some subset of Paper-Spec is ${parts[2]}`,
      comparisons: [...codeShared, ...paperShared],
      evidence: [codeGain, gainLost],
    };
  },
  severalDifferences: {
    judge: (comparisons) => verdictOfParts(gainsOf(...bySpec(comparisons)).parts),
    claimed(comparisons) {
      const [code, paper] = bySpec(comparisons);
      const [inCode, inPaper] = [CODE_TOPK, PAPER_TOPK].map(printedGains);
      return [...code.map((_, i) => inCode[i]), ...paper.map((_, i) => inPaper[i])];
    },
    claimedInWords: "those of the report's subsets, one by one",
  },
};

/** Over the plain network, on stylised images, for each of the report's subsets. */
function printedGains(network: Network): number[] {
  const baseline = printedOf(plain(network.spec), 'stylised');
  return printedOf(network, 'stylised').map((accuracy, i) => accuracy - baseline[i]);
}

/** The comparisons of a judgement: those of Code-Spec, and as many of Paper-Spec. */
function bySpec(comparisons: readonly Comparison[]): [Comparison[], Comparison[]] {
  const subsets = comparisons.length / 2;
  return [comparisons.slice(0, subsets), comparisons.slice(subsets)];
}

/** Gains over the same subsets, and what they say of each part of D4. */
function gainsOf(code: readonly Comparison[], paper: readonly Comparison[]) {
  const [codePool, paperPool] = [pool(code), pool(paper)];
  const codeGain = { name: 'pooled', about: 'gain in Code-Spec', ...codePool, claimed: CODE_GAIN };
  const gainLost = {
    name: 'gain lost',
    about: 'its loss in Paper-Spec',
    ...describe(minus(codePool.contrast, paperPool.contrast), codePool.coverage),
    claimed: GAIN_LOST,
  };
  const parts: Finding[] = [
    findingOf(codeGain.interval, codeGain.claimed),
    findingOf(gainLost.interval, gainLost.claimed),
    someBelow(paper),
  ];
  return { codeGain, gainLost, paperPool, parts };
}

function minus(a: Contrast, b: Contrast): Contrast {
  const negative = b.groups.map(({ weight, group }) => ({ weight: -weight, group }));
  return contrast([...a.groups, ...negative]) as Contrast;
}

function someBelow(comparisons: readonly Comparison[]): Finding {
  if (comparisons.some(({ interval }) => liesBelow(interval, 0))) return 'shown';
  return comparisons.every(({ interval }) => liesAbove(interval, 0)) ? 'refuted' : 'undecided';
}

const paperBeatsCode: ClaimRule = {
  claim: 'O1',
  experiment: EXPERIMENT,
  text: 'Paper-Spec minus Code-Spec for every variant, subset and test set, with intervals that hold together in 95 % of cases (Bonferroni). Reproduced: all lie above 0. Mixed: some above, some below. Not reproduced: some below, none above. Inconclusive: none below, not all above.',
  earlier: EARLIER_TOPK_RULES.O1,
  overSeeds: 'several differences',
  judge(records, coverage) {
    const single = METRICS.flatMap((metric) =>
      VARIANTS.flatMap((variant) =>
        compare(records, metric, { spec: 'code', variant }, { spec: 'paper', variant }, coverage).map(
          (comparison) => ({
            ...comparison,
            name: `${metric} of ${variant} on ${comparison.subset}`,
            claimed: printed({ spec: 'code', variant }, { spec: 'paper', variant }, metric),
          }),
        ),
      ),
    );
    if (single.length === 0) return NOTHING;
    const { level, above, below } = sidesOf(single);
    const least = widest(single);
    const pooled = METRICS.map((metric) => single.filter((comparison) => comparison.metric === metric))
      .filter((group) => group.length > 0)
      .map((group) => ({
        name: `${group[0].metric} pooled`,
        ...pool(group),
        claimed: mean(group.map(({ claimed }) => claimed)),
      }));
    return {
      verdict: ((): Verdict => {
        if (below.length > 0) return above.length > 0 ? 'mixed' : 'not reproduced';
        return above.length === single.length ? 'reproduced' : 'inconclusive';
      })(),
      summary: `above 0 in ${above.length}, below in ${below.length} of ${single.length}; ${pooled.map(evidenceInWords).join('; ')}`,
      reason: sidesReason(above.length, below.length, single.length),
      comparisons: single,
      // The comparison that decides least stands for all.
      evidence: [{ ...least, about: `widest of ${single.length}, ${least.name}`, level }],
    };
  },
};

function widest<T extends Difference>(differences: readonly T[]): T {
  return differences.reduce((a, b) => (b.contrast.standardError > a.contrast.standardError ? b : a));
}

/** The rules for the claims that Table 1 of the report can settle. */
export const topKTrainingRules: readonly ClaimRule[] = [
  againstPlain('D1', CODE_TOPK, 'stylised', GAIN_TEXT, gain),
  againstPlain('D2', CODE_TOPK, 'original', GAIN_TEXT, gain),
  againstPlain('D3', { spec: 'code', variant: 'topk-mean' }, 'stylised', NO_GAIN_TEXT, noGain),
  lessPronounced,
  neitherDropsNorImproves,
  againstPlain('D6', { spec: 'paper', variant: 'topk-mean' }, 'stylised', NO_GAIN_TEXT, noGain),
  paperBeatsCode,
];
