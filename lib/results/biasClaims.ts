// Claims of shape bias under several measures, and claims about the measures: the rules, written before the recorded runs.
import { BIAS_MEASURES, type BiasMeasure, measureOf } from './biasMeasureList';
import { exchange, RECOVERS, trendOf } from './biasTruth';
import type { ClaimRule, Evidence, Judgement } from './claimRule';
import {
  type Coordinates,
  compareGroups,
  type Difference,
  describeMean,
  matching,
  metricValues,
  ONCE,
  pool,
} from './comparisons';
import { trendInWords } from './rankTrend';
import { evidenceReason } from './reasons';
import type { RunRecord } from './record';
import { differenceInWords, type Finding, findingOf, judged, verdictOfParts } from './verdicts';

const CLAIMS = 'bias-claims';
const TRUTH = 'bias-measures';

/** In hundredths: a smaller change of a measure does not matter. */
const MATTERS = 5;

/** The measures that judge, chosen beforehand: both of cue conflict's kind, filters and exact ones. */
export const JUDGES: readonly BiasMeasure[] = BIAS_MEASURES.filter(({ judges }) => judges);

/** So that the intervals of all judges hold together in 95 % of cases (Bonferroni). */
const TOGETHER = 1 - (1 - ONCE) / JUDGES.length;

/** Towards shape a measure of shape rises and one of texture falls. */
export function towardsShape({ cue }: BiasMeasure): 1 | -1 {
  return cue === 'shape' ? 1 : -1;
}

/** What two kinds of networks are compared in a claim. */
export interface ClaimedContrast {
  readonly claim: string;
  /** E.g. `LocNet: joint`. */
  readonly name: string;
  readonly baseline: readonly Coordinates[];
  readonly variant: readonly Coordinates[];
}

const TOPK = { source: 'topk-training', subset: 's1' };

/** Claims whose networks were trained with several seeds. */
export const CLAIMED_CONTRASTS: readonly ClaimedContrast[] = [
  {
    claim: 'M1',
    name: 'LocNet: joint − baseline',
    baseline: [{ source: 'locnet', variant: 'baseline' }],
    variant: [{ source: 'locnet', variant: 'joint' }],
  },
  ...(['code', 'paper'] as const).map((spec) => ({
    claim: spec === 'code' ? 'M2' : 'M3',
    name: `Top-K − plain, ${spec === 'code' ? 'Code-Spec' : 'Paper-Spec'}`,
    baseline: [{ ...TOPK, spec, variant: 'none' }],
    variant: [{ ...TOPK, spec, variant: 'topk' }],
  })),
  {
    claim: 'M4',
    name: 'Mean Replacement − plain, both specs',
    baseline: ['code', 'paper'].map((spec) => ({ ...TOPK, spec, variant: 'none' })),
    variant: ['code', 'paper'].map((spec) => ({ ...TOPK, spec, variant: 'topk-mean' })),
  },
];

/** Variant minus baseline under a measure, pooled over the groups that are compared; null where runs are missing. */
export function contrastUnder(
  records: readonly RunRecord[],
  { baseline, variant }: ClaimedContrast,
  measure: BiasMeasure,
  coverage?: number,
): { difference: Difference; cells: readonly string[] } | null {
  const compared = baseline.flatMap((where, i) => {
    const groups = [where, variant[i]].map((coordinates) => ({
      runs: matching(records, coordinates),
      values: metricValues(records, measure.metric, coordinates),
    }));
    return (
      compareGroups(
        { subset: String(where.subset ?? 'all'), metric: measure.metric },
        groups[0],
        groups[1],
        coverage,
      ) ?? []
    );
  });
  if (compared.length < baseline.length) return null;
  return { difference: pool(compared), cells: compared.flatMap(({ cells }) => cells) };
}

const PARTS =
  'Shown: the interval lies on the side of shape (measures of shape above 0, of texture below). Undecided: it holds both 0 and 5 hundredths on that side, the least that matters. Else refuted. Reproduced: shown under all. Inconclusive: refuted under none, undecided under some. Mixed: shown under some, refuted under some. Not reproduced: refuted under some, shown under none.';

function underEveryMeasure(contrast: ClaimedContrast): ClaimRule {
  return {
    claim: contrast.claim,
    experiment: CLAIMS,
    text: `${contrast.name}, under ${JUDGES.length} measures that were chosen before any run (${JUDGES.map(({ name }) => name).join(', ')}); intervals over seeds hold together in 95 % of cases (Bonferroni). ${PARTS}`,
    judge(records): Judgement {
      const found = JUDGES.flatMap((measure) => {
        const under = contrastUnder(records, contrast, measure, TOGETHER);
        return under === null ? [] : [{ measure, ...under }];
      });
      if (found.length < JUDGES.length)
        return judged('not run', 'fewer than two seeds of a network that the claim is about');
      const evidence = found.map(
        ({ measure, difference }): Evidence => ({
          ...difference,
          name: measure.name,
          unit: 'hundredths',
          claimed: MATTERS * towardsShape(measure),
          claimedBy: 'rule',
          level: TOGETHER,
        }),
      );
      const parts = evidence.map(({ interval, claimed }) => findingOf(interval, claimed));
      return {
        verdict: verdictOfParts(parts),
        summary: evidence.map((one, i) => `${one.name} ${parts[i]}: ${differenceInWords(one)}`).join('. '),
        reason: partsInWords(
          evidence.map(({ name }) => name),
          parts,
        ),
        comparisons: [],
        evidence,
        cells: [...new Set(found.flatMap(({ cells }) => cells))],
      };
    },
  };
}

/** E.g. `towards shape under rank of the shape; undecided under Gaussian blur; not under the other five`. */
function partsInWords(names: readonly string[], parts: readonly Finding[]): string {
  const under = (part: Finding): string[] => names.filter((_, i) => parts[i] === part);
  const words: [Finding, string][] = [
    ['shown', 'towards shape under'],
    ['refuted', 'not towards shape under'],
    ['undecided', 'undecided under'],
  ];
  return words
    .filter(([part]) => under(part).length > 0)
    .map(([part, text]) =>
      under(part).length === names.length
        ? `${text} all ${names.length} measures`
        : `${text} ${under(part).join(', ')}`,
    )
    .join('; ');
}

const THINNED = { alexnet: 'AlexNet', vgg16: 'VGG-16' } as const;

const thinning: ClaimRule = {
  claim: 'M5',
  experiment: CLAIMS,
  text: 'One network of each, with 5 % of its activations against all, under the same measures. There are no seeds: each value has its interval over images. Shown: the two intervals lie apart, on the side of shape. Refuted: apart, on the other side. Undecided: they overlap, or a measure has no interval because accuracy on the untouched images may be chance. Reproduced: shown under all, for both networks. Inconclusive: refuted under none, undecided under some. Mixed: shown under some, refuted under some. Not reproduced: refuted under some, shown under none.',
  judge(records): Judgement {
    const rows = Object.entries(THINNED).flatMap(([variant, network]) => {
      const [all, thin] = [1, 0.05].map(
        (kept) => matching(records, { source: 'topk-inference', variant, kept })[0],
      );
      if (all === undefined || thin === undefined) return [];
      return JUDGES.map((measure) => {
        const name = `${network}, ${measure.name}`;
        const cells = [all.cell.id, thin.cell.id];
        const [before, after] = [all, thin].map(({ metrics }) => metrics[measure.metric]);
        if (before?.interval == null || after?.interval == null)
          return { name, part: 'undecided' as Finding, words: 'not measurable', cells };
        const side = towardsShape(measure);
        const [low, high] = side > 0 ? [before, after] : [after, before];
        const apart = (low.interval as [number, number])[1] < (high.interval as [number, number])[0];
        const against = (high.interval as [number, number])[1] < (low.interval as [number, number])[0];
        const part: Finding = apart ? 'shown' : against ? 'refuted' : 'undecided';
        const words = [before, after].map(({ value }) => (100 * (value as number)).toFixed(0)).join(' to ');
        return { name, part, words, cells };
      });
    });
    if (rows.length < JUDGES.length * Object.keys(THINNED).length)
      return judged('not run', 'not both kept networks of topk-inference have been measured');
    return {
      ...judged(
        verdictOfParts(rows.map(({ part }) => part)),
        rows.map(({ name, part, words }) => `${name} ${part}: ${words}`).join('. '),
      ),
      reason: `of ${rows.length} measures of two networks, ${['shown', 'refuted', 'undecided'].map((part) => `${rows.filter((row) => row.part === part).length} ${part}`).join(', ')} (hundredths, all to 5 %: ${rows.map(({ name, words }) => `${name} ${words}`).join('; ')})`,
      cells: [...new Set(rows.flatMap(({ cells }) => cells))],
    };
  },
};

/** Plain networks: what they are, and where they are found. */
const PLAIN = [
  { name: 'ResNet-18, Code-Spec', where: { ...TOPK, spec: 'code', variant: 'none' } },
  { name: 'ResNet-18, Paper-Spec', where: { ...TOPK, spec: 'paper', variant: 'none' } },
  { name: 'ResNet-50', where: { source: 'locnet', variant: 'baseline' } },
] as const;

function ofPlainNetworks(
  claim: string,
  text: string,
  quantity: (record: RunRecord) => number | null,
  remark?: (runs: readonly RunRecord[]) => string | null,
): ClaimRule {
  return {
    claim,
    experiment: CLAIMS,
    text: `${text}, in hundredths of the accuracy above chance on untouched images, for ${PLAIN.length} kinds of plain networks of Relief-16. Shown: the interval over networks lies above 0. Undecided: it holds both 0 and ${MATTERS}, the least that matters. Else refuted. Reproduced: shown for all. Inconclusive: none refuted, some undecided. Mixed: some shown, some refuted. Not reproduced: some refuted, none shown.`,
    judge(records): Judgement {
      const behind: RunRecord[] = [];
      const evidence = PLAIN.flatMap(({ name, where }): Evidence[] => {
        const runs = matching(records, where);
        const values = runs.flatMap((run) => quantity(run) ?? []);
        const found = describeMean(values.map((value) => 100 * value));
        if (found === null) return [];
        behind.push(...runs);
        return [{ ...found, name, unit: 'hundredths', claimed: MATTERS, claimedBy: 'rule' }];
      });
      if (evidence.length === 0) return judged('not run', 'no plain network has been measured');
      const parts = evidence.map(({ interval, claimed }) => findingOf(interval, claimed));
      const said = remark?.(behind) ?? null;
      const found = evidence.map((one, i) => `${one.name} ${parts[i]}: ${differenceInWords(one)}`);
      return {
        verdict: verdictOfParts(parts),
        summary: [...found, ...(said === null ? [] : [said])].join('. '),
        comparisons: [],
        evidence,
        ...(said !== null && { reason: `${evidenceReason(evidence)}; ${said}` }),
        cells: behind.map(({ cell }) => cell.id),
      };
    },
  };
}

/** Reliance on what a suppression takes away, as a share of the accuracy above chance. */
function lost({ metrics }: RunRecord, suppression: string): number | null {
  return metrics[`exact.${suppression}`]?.value ?? null;
}

/** All that goes with the shape, less what goes already with the places of its parts, is what their own shape was worth. */
function localMinusGlobal(record: RunRecord): number | null {
  const [all, global] = [lost(record, 'texture-alone'), lost(record, 'displaced-parts')];
  return all === null || global === null ? null : all - global - global;
}

/** What speaks against that reading: a part that costs more than the whole. */
function displacedPartsCostMore(runs: readonly RunRecord[]): string | null {
  const count = runs.filter(
    (run) => (lost(run, 'displaced-parts') ?? 0) > (lost(run, 'texture-alone') ?? 0),
  ).length;
  return count === 0
    ? null
    : `in ${count} of ${runs.length} networks displaced parts cost more than texture alone, where the shape is gone altogether: displacing does damage of its own, and the two losses are no parts of a whole`;
}

function shapeMinusTexture(record: RunRecord): number | null {
  const [shape, texture] = [lost(record, 'texture-alone'), lost(record, 'untextured')];
  return shape === null || texture === null ? null : shape - texture;
}

const ratioHides: ClaimRule = {
  claim: 'N3',
  experiment: TRUTH,
  text: 'Networks whose classes are told half by shape and half by texture, against others in which each tells a quarter and colour the rest: the same ratio, half the use. A: shape bias by cue conflict moves by less than 10 hundredths (the interval over seeds lies within). B, C: the ranks of the shape and of the texture fall. Shown for B, C: the interval lies below 0. Undecided: A reaches beyond 10 but holds 0; B, C hold both 0 and −5, the least that matters; else refuted. Reproduced: all shown. Inconclusive: none refuted, some undecided. Mixed: some refuted, some shown. Not reproduced: some refuted, none shown.',
  judge(records): Judgement {
    const ratio = exchange(records, measureOf('shape-bias'));
    const ranks = ['rank-shape', 'rank-texture'].map((metric) =>
      exchange(records, { ...measureOf(metric), ratio: true }),
    );
    if (ratio === null || ranks.includes(null))
      return judged('not run', 'fewer than two networks of a mixture that the claim is about');
    const stays: Finding = { blind: 'shown', 'sees others': 'refuted', undecided: 'undecided' }[
      ratio.blindness
    ] as Finding;
    const falls = ranks.map((rank) => findingOf(rank!.difference.interval, -MATTERS));
    const parts = [stays, ...falls];
    const found = [ratio, ...ranks.map((rank) => rank!)];
    const names = ['shape bias', 'rank of the shape', 'rank of the texture'];
    const summary = found
      .map(({ difference }, i) => `${'ABC'[i]} ${parts[i]}: ${names[i]} ${differenceInWords(difference)}`)
      .join('. ');
    return {
      ...judged(verdictOfParts(parts), summary),
      cells: ['classes-t50', 'classes-t25-c50'].flatMap((mixture) =>
        matching(records, { mixture }).map(({ cell }) => cell.id),
      ),
    };
  },
};

const conflictMisleads: ClaimRule = {
  claim: 'N4',
  experiment: TRUTH,
  text: `The rank correlation of shape bias by cue conflict with the share of shape that is known, over networks whose classes (A) or images (B) are told by shape and texture in known shares. Reproduced: the interval of A or of B lies below ${RECOVERS}. Not reproduced: both lie above. Else inconclusive.`,
  judge(records): Judgement {
    const trends = (['classes', 'images'] as const).map((division) =>
      trendOf(records, measureOf('shape-bias'), division),
    );
    if (trends.includes(null)) return judged('not run', 'too few networks whose reliance is known');
    const intervals = trends.map((trend) => trend!.ranks.interval);
    const below = intervals.some(([, high]) => high < RECOVERS);
    const above = intervals.every(([low]) => low > RECOVERS);
    const words = trends.map(
      (trend, i) => `${i === 0 ? 'A, by classes' : 'B, by images'}: ${trendInWords(trend!.ranks)}`,
    );
    return {
      ...judged(below ? 'reproduced' : above ? 'not reproduced' : 'inconclusive', words.join('. ')),
      cells: records.filter(({ cell }) => cell.colour === 0).map(({ cell }) => cell.id),
    };
  },
};

/** Rules over the papers' own networks. */
export const biasClaimsRules: readonly ClaimRule[] = [
  ...CLAIMED_CONTRASTS.map(underEveryMeasure),
  thinning,
  ofPlainNetworks(
    'N1',
    'What is lost with the shape of the parts minus what is lost with their places',
    localMinusGlobal,
    displacedPartsCostMore,
  ),
  ofPlainNetworks(
    'N2',
    'What is lost without shape (texture alone) minus what is lost without texture (relief in one colour)',
    shapeMinusTexture,
  ),
];

/** Rules over networks whose reliance is known. */
export const biasTruthRules: readonly ClaimRule[] = [ratioHides, conflictMisleads];
