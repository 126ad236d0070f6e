// Claims R2 and R3 of the Top-K report (Section 3.1) and the rules that judge them. Written before the recorded runs, after probes on two targets.
// Networks are taken as they are: intervals are over targets, of which each network has its own.
import type { ClaimRule, Evidence } from './claimRule';
import { type Difference, describe } from './comparisons';
import { wilsonInterval } from './proportion';
import type { Metric, RunRecord } from './record';
import { contrast } from './statistics';
import { type Kept, modeName, type SynthesisMode } from './synthesisModes';
import {
  differenceInWords,
  evidenceInWords,
  type Finding,
  findingOf,
  judged,
  liesAbove,
  liesBelow,
  verdictOfParts,
} from './verdicts';

const EXPERIMENT = 'texture-synthesis';

const NOTHING = judged('not run', 'no network with two targets');

/** The mean over networks of a mean over targets, in points, from each network's mean and spread; null where no network has two targets. */
export function overNetworks(records: readonly RunRecord[], metric: string): Difference | null {
  const groups = records.flatMap(({ metrics }) => summaryOf(metrics[metric]) ?? []);
  const found = contrast(groups.map((group) => ({ weight: 1 / groups.length, group })));
  return found && describe(found);
}

function summaryOf(metric: Metric | undefined) {
  const deviation = metric?.counts.deviation;
  if (metric === undefined || metric.value === null || deviation === undefined) return null;
  return { mean: 100 * metric.value, deviation: 100 * deviation, count: metric.counts.images };
}

/** The report gives no number: a difference counts from here, in hundredths of a similarity. */
const LEAST_DIFFERENCE = 5;

const STRUCTURE: readonly (readonly [metric: string, name: string])[] = [
  ['ownEdges.gram.all', 'all activations: edges as the own target’s, less as the others’'],
  ['lostEdges.gram.rest', 'all less non-Top-K: places of edges'],
  ['lostEdgeStrength.gram.rest', 'all less non-Top-K: strengths of edges'],
];

const structureIsLost: ClaimRule = {
  claim: 'R2',
  experiment: EXPERIMENT,
  text: `Textures by Gram matrices; similarities to the target in hundredths, differences target by target. A: the texture of all activations has its edges where its own target has them, rather than where the other targets do. B: the texture of all activations has them there more than that of all but the strongest. C: its edges are nearer to the target's in strength, wherever they lie. Shown: the interval over targets lies above 0; undecided: it holds both 0 and ${LEAST_DIFFERENCE}, the least that counts; else refuted. Reproduced: all shown. Inconclusive: none refuted, some undecided. Mixed: some refuted, some shown. Not reproduced: some refuted, none shown.`,
  judge(records) {
    const evidence = STRUCTURE.flatMap(([metric, name]): Evidence[] => {
      const found = overNetworks(records, metric);
      if (found === null) return [];
      return [{ name, ...found, unit: 'hundredths', claimed: LEAST_DIFFERENCE, claimedBy: 'rule' }];
    });
    if (evidence.length < STRUCTURE.length) return NOTHING;
    const parts = evidence.map(({ interval, claimed }) => findingOf(interval, claimed));
    const byNetwork = STRUCTURE.map(([metric]) =>
      records.flatMap((record) => {
        const found = overNetworks([record], metric);
        return found === null ? [] : [differenceInWords(found)];
      }),
    );
    return {
      verdict: verdictOfParts(parts),
      summary: evidence
        .map(
          (found, i) =>
            `${'ABC'[i]} ${parts[i]}: ${evidenceInWords(found)}; by network ${byNetwork[i].join(', ')}`,
        )
        .join('. '),
      comparisons: [],
      evidence,
      cells: records.map(({ cell }) => cell.id),
    };
  },
};

/** What the report leaves open: which side was masked, and the first step. The authors' supplement masks the target alone, with a step of 10. */
const SETTINGS = (['target', 'both'] as const).flatMap((maskOn) =>
  [1, 10].map((rate): Pick<SynthesisMode, 'maskOn' | 'rate'> => ({ maskOn, rate })),
);
/** Of intervals that hold together in 95 % of cases over all settings. */
const LEVEL = 1 - 0.05 / SETTINGS.length;
const CLAIMED: Readonly<Record<Kept, boolean>> = { top: false, all: false, rest: true };
const NAMES: Readonly<Record<Kept, string>> = { top: 'Top-K', all: 'combined', rest: 'non-Top-K' };
const MASKS = { target: 'the target', both: 'both sides' } as const;
const ORDER = ['reproduced', 'mixed', 'inconclusive', 'not reproduced'] as const;

/** Targets of all networks whose reconstruction converged, of how many. */
function convergedIn(
  records: readonly RunRecord[],
  kept: Kept,
  setting: Pick<SynthesisMode, 'maskOn' | 'rate'>,
): { hits: number; images: number } {
  const name = `converged.${modeName({ agreement: 'activations', kept, ...setting })}`;
  const found = records.flatMap(({ metrics }) => (name in metrics ? [metrics[name].counts] : []));
  const sum = (count: string): number => found.reduce((total, counts) => total + counts[count], 0);
  return { hits: sum('hits'), images: sum('images') };
}

function finding({ hits, images }: { hits: number; images: number }, converges: boolean): Finding {
  const interval = wilsonInterval(hits, images, LEVEL);
  if (interval === null) return 'undecided';
  const [most, few] = [liesAbove(interval, 0.5), liesBelow(interval, 0.5)];
  if (!most && !few) return 'undecided';
  return most === converges ? 'shown' : 'refuted';
}

function convergedInWords(counts: readonly { hits: number; images: number }[]): string {
  const kinds = Object.keys(CLAIMED) as Kept[];
  return counts.map(({ hits, images }, i) => `${NAMES[kinds[i]]} ${hits} of ${images}`).join(', ');
}

const topKFailsToConverge: ClaimRule = {
  claim: 'R3',
  experiment: EXPERIMENT,
  text: 'Reconstructions by the activations themselves. One has converged when its loss is finite and has fallen a hundredfold within the steps. A: from the strongest activations most do not converge. B: nor from all, the combined mask. C: from all but the strongest most do. Most: Wilson’s interval lies above one half; undecided: it holds one half. The report names neither the side that was masked nor the first step, so four settings are judged, target or both sides with steps of 1 or 10, with intervals that hold together in 95 % of cases (Bonferroni); the verdict is that of the setting that agrees best. Reproduced: A, B and C shown in one setting. Mixed: in one setting some shown, some refuted. Inconclusive: in one none refuted, some undecided. Not reproduced: in all some refuted, none shown.',
  judge(records) {
    const kinds = Object.keys(CLAIMED) as Kept[];
    const judged = SETTINGS.map((setting) => {
      const counts = kinds.map((kept) => convergedIn(records, kept, setting));
      const parts = counts.map((count, i) => finding(count, CLAIMED[kinds[i]]));
      return { ...setting, counts, parts, verdict: verdictOfParts(parts) };
    });
    if (judged.some(({ counts }) => counts.some(({ images }) => images === 0))) return NOTHING;
    const verdict =
      ORDER.find((each) => judged.some((setting) => setting.verdict === each)) ?? 'inconclusive';
    const best = judged.find((setting) => setting.verdict === verdict) ?? judged[0];
    return {
      verdict,
      reason: `in the setting that agrees best, mask on ${MASKS[best.maskOn]}, step ${best.rate}, converged ${convergedInWords(best.counts)}`,
      summary: judged
        .map(({ maskOn, rate, counts, parts, verdict }) => {
          const words = counts.map(
            ({ hits, images }, i) => `${'ABC'[i]} ${parts[i]}: ${NAMES[kinds[i]]} ${hits} of ${images}`,
          );
          return `mask on ${MASKS[maskOn]}, step ${rate}, ${verdict}: converged ${words.join(', ')}`;
        })
        .join('. '),
      comparisons: [],
      evidence: [],
      cells: records.map(({ cell }) => cell.id),
    };
  },
};

/** The rules for the claims of the report on syntheses and reconstructions. */
export const synthesisRules: readonly ClaimRule[] = [structureIsLost, topKFailsToConverge];
