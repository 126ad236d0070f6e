// Claims D7 to D12, R7 and R8 of the Top-K report: of Fréchet distances of generators that learnt from a hundred images, and of the authors' code. Written
// before the recorded runs. Distances are compared by their ratio, in hundredths of a natural logarithm: −10 is 9.5 % lower.
import type { ClaimRule, Evidence, Judgement } from './claimRule';
import { type Comparison, type Coordinates, compareGroups, matching, pool, subsetsOf } from './comparisons';
import { type ReportedFid, readFewShotPaper } from './fewShotPaper';
import { sidesReason } from './reasons';
import type { RunRecord } from './record';
import { intervalOf } from './statistics';
import {
  comparisonsInWords,
  evidenceInWords,
  findingOf,
  inWords,
  judged,
  liesAbove,
  liesBelow,
  sidesOf,
  verdictOfParts,
} from './verdicts';

const EXPERIMENT = 'few-shot-gan';
const METRIC = 'frechet';
const UNIT = 'hundredths of a natural logarithm';
const PAPER = readFewShotPaper();

const NOTHING = judged('not run', 'no data set with two seeds of both networks');

const PLAIN = { sparsity: 'none', noise: 'off' } as const;
const TOP5 = { sparsity: 'top5', noise: 'off' } as const;
const TOP15 = { sparsity: 'top15', noise: 'off' } as const;
const NOISY = { noise: 'on' } as const;

/** `100 ln(variant / baseline)` of distances, set by set, over seeds (Welch). */
export function ratios(
  records: readonly RunRecord[],
  baseline: Coordinates,
  variant: Coordinates,
  coverage?: number,
): Comparison[] {
  return subsetsOf(records).flatMap((subset) => {
    const [a, b] = [baseline, variant].map((where) => {
      const runs = matching(records, { ...where, subset }).filter(
        ({ metrics }) => metrics[METRIC].value !== null,
      );
      return { runs, values: runs.map(({ metrics }) => 100 * Math.log(metrics[METRIC].value as number)) };
    });
    const found = compareGroups({ subset, metric: METRIC }, a, b, coverage);
    return found === null ? [] : [{ ...found, unit: UNIT }];
  });
}

/** The mean over the report's sets of a table of `100 ln(variant / baseline)`. */
export function printedRatio(
  table: string,
  baseline: Omit<ReportedFid, 'table' | 'set' | 'fid'>,
  variant: Omit<ReportedFid, 'table' | 'set' | 'fid'>,
): number {
  const of = ({ sparsity, noise }: typeof baseline): ReportedFid[] =>
    PAPER.rows.filter((row) => row.table === table && row.sparsity === sparsity && row.noise === noise);
  const logs = of(variant).map(
    ({ set, fid }) => 100 * Math.log(fid / (of(baseline).find((row) => row.set === set) as ReportedFid).fid),
  );
  return logs.reduce((sum, value) => sum + value, 0) / logs.length;
}

interface Part {
  readonly name: string;
  readonly baseline: Coordinates;
  readonly variant: Coordinates;
  readonly claimed: number;
}

/** Judges statements that distances are lower, each pooled over the data sets. */
function lower(records: readonly RunRecord[], parts: readonly Part[], coverage?: number): Judgement {
  const comparisons = parts.map(({ baseline, variant }) => ratios(records, baseline, variant, coverage));
  if (comparisons.some((found) => found.length === 0)) return NOTHING;
  const evidence = parts.map(
    ({ name, claimed }, i): Evidence => ({ name, ...pool(comparisons[i]), unit: UNIT, claimed }),
  );
  return {
    verdict: verdictOfParts(evidence.map(({ interval, claimed }) => findingOf(interval, claimed))),
    summary: evidence
      .map((found, i) => `${evidenceInWords(found)}; by set ${comparisonsInWords(comparisons[i])}`)
      .join('. '),
    comparisons: comparisons.flat(),
    evidence,
  };
}

const LOWER =
  'Ratios of Fréchet distances in hundredths of a natural logarithm (−10 is 9.5 % lower), ours measured cleanly behind the last iteration, the printed ones by the report’s protocol; pooled over the data sets, whose runs are independent: the interval holds for these sets and images. Shown: the interval lies below 0; undecided: it holds 0 and the printed ratio; else refuted. Reproduced: all shown. Inconclusive: none refuted, some undecided. Mixed: some refuted, some shown. Not reproduced: some refuted, none shown.';

/** A claim that the distances of one kind of generator are lower than those of another, as a table of the report prints them. */
function lowerThan(
  claim: string,
  statement: string,
  table: string,
  baseline: Parameters<typeof printedRatio>[1],
  variant: Parameters<typeof printedRatio>[2],
): ClaimRule {
  const parts = [{ name: 'pooled', baseline, variant, claimed: printedRatio(table, baseline, variant) }];
  return {
    claim,
    experiment: EXPERIMENT,
    text: `${statement} ${LOWER}`,
    overSeeds: 'one difference',
    judge: (records, coverage) => lower(records, parts, coverage),
  };
}

const topKLowers = lowerThan(
  'D7',
  "Top-K 5 % against the plain generator, both without noise. (The report does not say how much its Top-K keeps; the authors' scripts have 15 % for one of its four sets.)",
  '2a',
  PLAIN,
  TOP5,
);

const bothSparsitiesLower: ClaimRule = {
  claim: 'D9',
  experiment: EXPERIMENT,
  text: `Two statements, of Top-K 5 % and of 15 %, against the plain generator, without noise; printed for both: that of 15 %, as the report's 5 % contradicts its text. ${LOWER}`,
  overSeeds: 'several differences',
  judge: (records, coverage) =>
    lower(
      records,
      [TOP5, TOP15].map((variant) => ({
        name: variant === TOP5 ? 'Top-K 5 %' : 'Top-K 15 %',
        baseline: PLAIN,
        variant,
        claimed: printedRatio('2b', PLAIN, TOP15),
      })),
      coverage,
    ),
};

const fifteenBetterThanFive = lowerThan('D10', 'Top-K 15 % against 5 %, without noise.', '2b', TOP5, TOP15);

/** Noise against none with a sparsity, set by set. */
function noiseWith(records: readonly RunRecord[], sparsity: string, coverage?: number): Comparison[] {
  return ratios(records, { sparsity, noise: 'off' }, { sparsity, ...NOISY }, coverage);
}

const JOINT =
  'Ratios of Fréchet distances, with noise to without, measured cleanly behind the last iteration, in hundredths of a natural logarithm, data set by data set, with intervals that hold together in 95 % of cases (Bonferroni).';

const noiseLowersOnSome: ClaimRule = {
  claim: 'D8',
  experiment: EXPERIMENT,
  text: `Top-K 5 %. ${JOINT} Reproduced: one set at least below 0 and one above. Not reproduced: all sets on one side. Else inconclusive.`,
  overSeeds: 'several differences',
  judge: (records, coverage) =>
    bySides(noiseWith(records, 'top5', coverage), ({ above, below, all }) => {
      if (above > 0 && below > 0) return 'reproduced';
      return above === all || below === all ? 'not reproduced' : 'inconclusive';
    }),
};

const noiseIsNotConsistent: ClaimRule = {
  claim: 'D12',
  experiment: EXPERIMENT,
  text: `Top-K 5 % and 15 %. ${JOINT} Reproduced: one at least above 0. Not reproduced: all below. Else inconclusive. Beside it what the report does not have: noise without Top-K, pooled.`,
  overSeeds: 'several differences',
  judge(records, coverage) {
    const comparisons = ['top5', 'top15'].flatMap((sparsity) =>
      noiseWith(records, sparsity, coverage).map((found) => ({
        ...found,
        subset: `${found.subset} ${sparsity === 'top5' ? '5 %' : '15 %'}`,
      })),
    );
    const judged = bySides(comparisons, ({ above, below, all }) =>
      above > 0 ? 'reproduced' : below === all ? 'not reproduced' : 'inconclusive',
    );
    const without = noiseWith(records, 'none', coverage);
    if (without.length === 0 || judged.verdict === 'not run') return judged;
    return { ...judged, summary: `${judged.summary}. Without Top-K: ${inWords('pooled', pool(without))}` };
  },
};

function bySides(
  comparisons: readonly Comparison[],
  verdictOf: (sides: { above: number; below: number; all: number }) => Judgement['verdict'],
): Judgement {
  if (comparisons.length === 0) return NOTHING;
  const { above, below } = sidesOf(comparisons);
  return {
    verdict: verdictOf({ above: above.length, below: below.length, all: comparisons.length }),
    summary: `${above.length} above, ${below.length} below 0 of ${comparisons.length}: ${comparisonsInWords(comparisons)}`,
    reason: sidesReason(above.length, below.length, comparisons.length),
    comparisons,
    evidence: [],
  };
}

/** The printed rise of one set, from which on a change is no longer "hardly" one. */
const HARDLY = Math.max(
  ...['in-s1-5', 'in-s3-1'].map((set) => {
    const [without, withNoise] = ['off', 'on'].map(
      (noise) =>
        PAPER.rows.find(
          (row) => row.set === set && row.sparsity === 'top15' && row.noise === noise,
        ) as ReportedFid,
    );
    return 100 * Math.log(withNoise.fid / without.fid);
  }),
);

const noiseRaisesOne: ClaimRule = {
  claim: 'D11',
  experiment: EXPERIMENT,
  text: `Top-K 15 %. ${JOINT} A: one set at least lies above 0. B: another lies within ±${HARDLY.toFixed(1)}, the rise that the report calls one. Reproduced: A and B. Not reproduced: all sets below 0. Else inconclusive.`,
  overSeeds: 'several differences',
  judge(records, coverage) {
    const comparisons = noiseWith(records, 'top15', coverage);
    const { level } = sidesOf(comparisons);
    const sides = comparisons.map(({ contrast }) => {
      const interval = intervalOf(contrast, level);
      const within = liesAbove(interval, -HARDLY) && liesBelow(interval, HARDLY);
      return { raised: liesAbove(interval, 0), within };
    });
    const both = sides.some(({ raised }, i) => raised && sides.some(({ within }, j) => within && j !== i));
    return bySides(comparisons, ({ below, all }) =>
      both ? 'reproduced' : below === all ? 'not reproduced' : 'inconclusive',
    );
  },
};

const READS = ['papers/topk/fid.json'];

const noiseWasNotAllowed: ClaimRule = {
  claim: 'R7',
  experiment: EXPERIMENT,
  text: 'By the code of the original paper’s authors alone. Reproduced: the body of their noise layer is never reached. Not reproduced: it is.',
  judge() {
    const { bodyIsReached, scriptsSwitchItOff } = PAPER.noiseLayer;
    return judged(
      bodyIsReached ? 'not reproduced' : 'reproduced',
      `the body of the layer is ${bodyIsReached ? 'reached' : 'never reached: it stands behind a condition that is always false'}${scriptsSwitchItOff ? '; and the scripts that they ship switch noise off' : ''}`,
      READS,
    );
  },
};

const HUNDRED = 100;

const hundredImages: ClaimRule = {
  claim: 'R8',
  experiment: EXPERIMENT,
  text: 'By the folders that the authors ship alone. Reproduced: each data set has 100 images. Mixed: some have. Not reproduced: none has.',
  judge() {
    const counts = Object.entries(PAPER.images);
    const exact = counts.filter(([, images]) => images === HUNDRED).length;
    return judged(
      exact === counts.length ? 'reproduced' : exact > 0 ? 'mixed' : 'not reproduced',
      counts.map(([set, images]) => `${set} ${images}`).join(', '),
      READS,
    );
  },
};

/** The rules for the claims of the report on few-shot synthesis. */
export const fewShotRules: readonly ClaimRule[] = [
  topKLowers,
  noiseLowersOnSome,
  bothSparsitiesLower,
  fifteenBetterThanFive,
  noiseRaisesOne,
  noiseIsNotConsistent,
  noiseWasNotAllowed,
  hundredImages,
];
