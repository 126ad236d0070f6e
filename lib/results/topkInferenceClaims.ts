// Claim R1 of the Top-K report (Section 3.2, Figure 1) and the rule that judges it. Written before the recorded runs, after four pilot networks had been seen.
// A trend is the least-squares slope over the halvings of the activations, in points a halving, one for each network and seed.
import type { ClaimRule, Evidence } from './claimRule';
import { describeMean, matching, metricValues } from './comparisons';
import type { Metric, RunRecord } from './record';
import {
  halvings,
  type PublishedInference,
  readPublishedInference,
  shapeShare,
  slope,
  slopesOf,
} from './topkInference';
import { differenceInWords, evidenceInWords, findingOf, judged, signed, verdictOfParts } from './verdicts';

const EXPERIMENT = 'topk-inference';
const NETWORKS = { alexnet: 'AlexNet', vgg16: 'VGG-16' } as const;
const { conflictImages, rows } = readPublishedInference();

/** What is said to rise: of a run, and as published. */
interface Quantity {
  readonly name: string;
  of(metric: Metric): number | null;
  published(row: PublishedInference): number;
}

const FRACTION: Quantity = {
  name: 'fraction of shape decisions',
  of: ({ value }) => value,
  published: ({ figure, shape, texture }) => figure ?? shape / (shape + texture),
};

const NUMBER: Quantity = {
  name: 'share of all conflicts decided for the shape',
  of: shapeShare,
  published: ({ shape }) => shape / conflictImages,
};

function publishedSlope(network: string, { published }: Quantity): number {
  const own = rows.filter((row) => row.network === network && row.kept === 'top');
  return slope(own.map((row) => [halvings({ kept: 'top', percent: row.percent }), 100 * published(row)]));
}

function trend(
  records: readonly RunRecord[],
  network: keyof typeof NETWORKS,
  quantity: Quantity,
  coverage?: number,
): Evidence | null {
  const found = describeMean(slopesOf(records, network, quantity.of), coverage);
  const name = `${NETWORKS[network]}, ${quantity.name}`;
  return (
    found && {
      name,
      ...found,
      unit: 'percentage points a halving',
      claimed: publishedSlope(network, quantity),
    }
  );
}

/** The step that the report's own figure contradicts: from 10 to 5 % in AlexNet. */
function lastStep(records: readonly RunRecord[], coverage?: number): string {
  const at = (percent: number): PublishedInference =>
    rows.find((row) => row.network === 'alexnet' && row.kept === 'top' && row.percent === percent)!;
  const printed = 100 * (FRACTION.published(at(5)) - FRACTION.published(at(10)));
  const steps = matching(records, { network: 'alexnet' }).flatMap((run) => {
    const [five, ten] = [5, 10].map((percent) => metricValues([run], `shapeBias.top${percent}`, {}));
    return five.length + ten.length === 2 ? [five[0] - ten[0]] : [];
  });
  const found = describeMean(steps, coverage);
  const ours = found === null ? 'not run' : differenceInWords(found);
  return `AlexNet's last step, from 10 to 5 %: ${ours}; in the report's figure ${signed(printed)}`;
}

const NOTHING = judged('not run', 'fewer than two seeds of a network that the claim is about');

const sparserMeansShape: ClaimRule = {
  claim: 'R1',
  experiment: EXPERIMENT,
  text: 'Trends with each halving of the activations, for AlexNet and VGG-16. A, B: the fraction of shape decisions, S / (S + T), rises. C, D: so does the share of all conflicts that are decided for the shape; without that the fraction may rise because the network answers at random, which makes it one half. Shown: the interval over seeds lies above 0; undecided: it holds both 0 and the published slope; else refuted. Reproduced: all shown. Inconclusive: none refuted, some undecided. Mixed: some refuted, some shown. Not reproduced: some refuted, none shown.',
  overSeeds: 'several differences',
  judge(records, coverage) {
    const networks = Object.keys(NETWORKS) as (keyof typeof NETWORKS)[];
    const evidence = [FRACTION, NUMBER].flatMap((quantity) =>
      networks.flatMap((network) => trend(records, network, quantity, coverage) ?? []),
    );
    if (evidence.length < 4) return NOTHING;
    const parts = evidence.map(({ interval, claimed }) => findingOf(interval, claimed));
    return {
      verdict: verdictOfParts(parts),
      summary: [
        ...evidence.map((found, i) => `${'ABCD'[i]} ${parts[i]}: ${evidenceInWords(found)}`),
        lastStep(records, coverage),
      ].join('. '),
      comparisons: [],
      evidence,
      cells: records.map(({ cell }) => cell.id),
    };
  },
};

/** The rule for the claim that Figure 1 of the report makes. */
export const topKInferenceRules: readonly ClaimRule[] = [sparserMeansShape];
