// Claims of the LocNet paper (sections 3 to 5, Table 1) and the rules that judge them. Written before the runs.
// Differences are joint minus baseline over seeds, in percentage points; claimed effects are means of Table 1's printed numbers.
import type { ClaimRule, Evidence, Judgement } from './claimRule';
import { type Comparison, matching } from './comparisons';
import {
  compareVariants,
  evidence,
  meanOf,
  metric,
  minus,
  ofVariant,
  shareOfMeanMap,
} from './locnetComparisons';
import { readLocNetSchedule, readLocNetTable, readLocNetTrials } from './locnetPaper';
import { evidenceReason, positionInWords, sidesReason } from './reasons';
import type { RunRecord } from './record';
import { mean } from './statistics';
import {
  differenceInWords,
  evidenceInWords,
  findingOf,
  inWords,
  judged,
  liesAbove,
  liesBelow,
  sidesOf,
  signed,
  verdictOfParts,
} from './verdicts';

const EXPERIMENT = 'locnet';
const AGAINST_BASELINE = { variant: 'joint', baseline: 'baseline' };
/** The smallest effect that matters where the paper prints none: a twentieth of the scale. */
const MATTERS = 5;
/** Depth is learnt when its error is at most this share of that of the mean map. */
const LEARNT = 1 / 3;

const NOTHING = judged('not run', 'fewer than two seeds of a network that the claim is about');

type TopK = 'top1' | 'top5';

const TABLE = readLocNetTable();
const ALL = TABLE.map(({ set }) => set);
const PARAMETRIC = TABLE.filter(({ kind }) => kind === 'parametric').map(({ set }) => set);
const CUES = TABLE.filter(({ kind }) => kind === 'cue').map(({ set }) => set);

/** What Table 1 prints: joint minus baseline on a set. */
function printed(set: string, top: TopK): number {
  const row = TABLE.find((each) => each.set === set);
  if (row === undefined) throw new Error(`Table 1 has no set "${set}".`);
  return row[top][0] - row[top][1];
}

function bySet(
  records: readonly RunRecord[],
  sets: readonly string[],
  top: TopK,
  coverage?: number,
): Comparison[] {
  return sets.flatMap(
    (set) => compareVariants(records, set, metric(`${top}.${set}`), AGAINST_BASELINE, coverage) ?? [],
  );
}

/** The mean over sets in each run, then the difference over seeds. */
function pooled(
  records: readonly RunRecord[],
  sets: readonly string[],
  top: TopK,
  coverage?: number,
): Evidence | null {
  const found = compareVariants(
    records,
    'pooled',
    meanOf(sets.map((set) => `${top}.${set}`)),
    AGAINST_BASELINE,
    coverage,
  );
  return found && evidence(found, 'pooled', mean(sets.map((set) => printed(set, top))));
}

function list(comparisons: readonly Comparison[]): string {
  return comparisons.length === 0 ? 'none' : comparisons.map(({ subset }) => subset).join(', ');
}

/** That the joint network is better on every one of some sets. */
function betterOnAll(claim: string, sets: readonly string[], top: TopK): ClaimRule {
  return {
    claim,
    experiment: EXPERIMENT,
    text: `Joint minus baseline on each of the ${sets.length} sets, with intervals that hold together in 95 % of cases (Bonferroni). Reproduced: all lie above 0. Mixed: some above, some below. Not reproduced: none above, and some below or the interval of the mean over the sets leaves out the paper's ${signed(mean(sets.map((set) => printed(set, top))))} and reaches 0 or below. Else inconclusive.`,
    overSeeds: 'several differences',
    judge(records, coverage) {
      const comparisons = bySet(records, sets, top, coverage);
      const whole = pooled(records, sets, top, coverage);
      if (comparisons.length < sets.length || whole === null) return NOTHING;
      const { above, below } = sidesOf(comparisons);
      const refuted = findingOf(whole.interval, whole.claimed) === 'refuted';
      const verdict = (): Judgement['verdict'] => {
        if (above.length === sets.length) return 'reproduced';
        if (above.length > 0 && below.length > 0) return 'mixed';
        return below.length > 0 || (refuted && above.length === 0) ? 'not reproduced' : 'inconclusive';
      };
      return {
        verdict: verdict(),
        reason: `${sidesReason(above.length, below.length, sets.length)}; ${evidenceReason([{ ...whole, name: 'their mean' }])}`,
        summary: `above 0: ${list(above)}; below: ${list(below)}; ${evidenceInWords(whole)}`,
        comparisons,
        evidence: [whole],
      };
    },
  };
}

const twoOfFiveCues: ClaimRule = {
  claim: 'B3',
  experiment: EXPERIMENT,
  text: 'Joint minus baseline on each of the five sets of shape cues, with intervals that hold together in 95 % of cases (Bonferroni). Reproduced: exactly two lie above 0. Not reproduced: more than two above 0, or four or more below. Else inconclusive.',
  judge(records) {
    const comparisons = bySet(records, CUES, 'top1');
    const whole = pooled(records, CUES, 'top1');
    if (comparisons.length < CUES.length || whole === null) return NOTHING;
    const { above, below } = sidesOf(comparisons);
    const refuted = above.length > 2 || below.length > CUES.length - 2;
    return {
      verdict: above.length === 2 ? 'reproduced' : refuted ? 'not reproduced' : 'inconclusive',
      reason: sidesReason(above.length, below.length, CUES.length),
      summary: `above 0: ${list(above)}; below: ${list(below)}; ${evidenceInWords(whole)}`,
      comparisons,
      evidence: [whole],
    };
  },
};

const tableInTrials: ClaimRule = {
  claim: 'B4',
  experiment: EXPERIMENT,
  text: "By the papers' numbers alone. Reproduced: the joint column of Table 1 equals a stored trial to its printed digits. Not reproduced: it equals none.",
  judge() {
    const distances = readLocNetTrials().map(({ name, sets }) => ({
      name,
      distance: mean(
        TABLE.flatMap(({ set, top1, top5 }) => [
          Math.abs(sets[set][0] - top1[0]),
          Math.abs(sets[set][1] - top5[0]),
        ]),
      ),
    }));
    const nearest = distances.reduce((a, b) => (b.distance < a.distance ? b : a));
    return {
      verdict: nearest.distance < 0.005 ? 'reproduced' : 'not reproduced',
      summary: `nearest is ${nearest.name}, ${nearest.distance.toFixed(2)} points away on average over 34 numbers`,
      reads: ['papers/locnet/table1.json', 'papers/locnet/trials.json'],
      comparisons: [],
      evidence: [],
    };
  },
};

const depthOnlyAtFirst: ClaimRule = {
  claim: 'A3',
  experiment: EXPERIMENT,
  text: "By the authors' code alone. Reproduced: the cross-entropy has no weight in the epochs of rest. Not reproduced: it has. (Our profile tiny rests as the paper says; `form: 'code'` does as the code.)",
  judge() {
    const { restEpochs, weights } = readLocNetSchedule();
    const used = weights.flat();
    return {
      verdict: used.every((weight) => weight === 0) ? 'reproduced' : 'not reproduced',
      summary: `at the first and the middle step of each of the first ${restEpochs} epochs the weight is ${[...new Set(used)].map((weight) => weight.toFixed(4)).join(' and ')}: small, but not 0`,
      reads: ['papers/locnet/schedule.json'],
      comparisons: [],
      evidence: [],
    };
  },
};

const shortcut: ClaimRule = {
  claim: 'A1',
  experiment: EXPERIMENT,
  text: `A: the U-Net's depth goes by its skips: with the skips of another image, its error against the depth of its own image is greater than that against the depth of the other one, in hundredths. B: joint minus U-Net in top-1 accuracy, mean over the 17 sets, lies above 0; a difference below ${MATTERS} points would be no better model. Reproduced: both shown. Mixed, inconclusive, not reproduced: as the parts.`,
  overSeeds: 'several differences',
  judge(records, coverage) {
    const follows = ofVariant(
      records,
      minus(metric('depthErrorSkipsExchanged'), metric('depthErrorToOther')),
      'unet',
      coverage,
    );
    const top1 = meanOf(ALL.map((set) => `top1.${set}`));
    const networks = { variant: 'joint', baseline: 'unet' };
    const accuracy = compareVariants(records, '17 sets', top1, networks, coverage);
    if (follows === null || accuracy === null) return NOTHING;
    // Depth errors are small numbers; any difference above 0 shows where depth comes from.
    const found = [
      { ...evidence({ ...follows, unit: 'hundredths' }, 'A', 1, 'rule'), about: 'U-Net depth by its skips' },
      { ...evidence(accuracy, 'B', MATTERS, 'rule'), about: 'joint minus U-Net' },
    ];
    const parts = found.map(({ interval, claimed }) => findingOf(interval, claimed));
    return {
      verdict: verdictOfParts(parts),
      summary: found.map((part, i) => `${parts[i]}: ${inWords(part.name, part)}`).join('. '),
      comparisons: [accuracy],
      evidence: found,
    };
  },
};

const depthLearnt: ClaimRule = {
  claim: 'A2',
  experiment: EXPERIMENT,
  text: 'Squared error of the depth of held-out images, as a share of that of guessing the mean map. Reproduced: the interval lies below a third. Not reproduced: above. Else inconclusive.',
  overSeeds: 'several differences',
  judge(records, coverage) {
    const share = ofVariant(
      records,
      minus(shareOfMeanMap(), () => LEARNT),
      'joint',
      coverage,
    );
    if (share === null) return NOTHING;
    const found = evidence({ ...share, unit: 'hundredths' }, 'share − 1/3', -100 * LEARNT, 'rule');
    const verdict = liesBelow(share.interval, 0)
      ? 'reproduced'
      : liesAbove(share.interval, 0)
        ? 'not reproduced'
        : 'inconclusive';
    return {
      verdict,
      summary: inWords(found.name, found),
      reason: `the error's share less a third, ${differenceInWords(found)}, ${verdict === 'inconclusive' ? 'holds 0' : positionInWords(found)}`,
      comparisons: [],
      evidence: [found],
      cells: matching(records, { variant: 'joint' }).map(({ cell }) => cell.id),
    };
  },
};

const shapeBias: ClaimRule = {
  claim: 'B5',
  experiment: EXPERIMENT,
  text: `Shape bias on cue conflict, joint minus baseline. Reproduced: the interval lies above 0. Inconclusive: it holds both 0 and +${MATTERS} points, a bias that would matter. Not reproduced: it reaches 0 or below, and leaves out +${MATTERS}.`,
  overSeeds: 'one difference',
  judge(records, coverage) {
    const found = compareVariants(records, 'shape bias', metric('shapeBias'), AGAINST_BASELINE, coverage);
    if (found === null) return NOTHING;
    const rests = evidence(found, 'pooled', MATTERS, 'rule');
    return {
      verdict: verdictOfParts([findingOf(rests.interval, rests.claimed)]),
      summary: inWords('shape bias', rests),
      comparisons: [found],
      evidence: [rests],
    };
  },
};

const spreadOut: ClaimRule = {
  claim: 'C1',
  experiment: EXPERIMENT,
  text: `Grad-CAM maps of sketches in the last layer of the first stage, joint minus baseline: entropy over its greatest value (A) and area above half of the maximum (B), in hundredths. Reproduced: both lie above 0. A part is undecided where its interval holds both 0 and +${MATTERS}. Mixed, inconclusive, not reproduced: as the parts.`,
  overSeeds: 'several differences',
  judge(records, coverage) {
    const found = (['camEntropyShallow', 'camAreaShallow'] as const).flatMap((name): Comparison[] => {
      const comparison = compareVariants(records, name, metric(name), AGAINST_BASELINE, coverage);
      return comparison === null ? [] : [{ ...comparison, unit: 'hundredths' }];
    });
    if (found.length < 2) return NOTHING;
    const parts = found.map((comparison, i) => ({
      ...evidence(comparison, 'AB'[i], MATTERS, 'rule'),
      about: ['entropy of maps', 'area of maps'][i],
    }));
    const findings = parts.map(({ interval, claimed }) => findingOf(interval, claimed));
    return {
      verdict: verdictOfParts(findings),
      summary: parts.map((part, i) => `${findings[i]}: ${inWords(part.name, part)}`).join('. '),
      comparisons: found,
      evidence: parts,
    };
  },
};

/** The rules for the claims of the paper. */
export const locNetRules: readonly ClaimRule[] = [
  shortcut,
  depthLearnt,
  depthOnlyAtFirst,
  betterOnAll('B1', ALL, 'top5'),
  betterOnAll('B2', ['sketch', 'stylized', ...PARAMETRIC], 'top1'),
  twoOfFiveCues,
  tableInTrials,
  shapeBias,
  spreadOut,
];
