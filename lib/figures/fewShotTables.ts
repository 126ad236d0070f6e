// Table 2 of the Top-K report beside ours, and what each departure from a clean measurement does to a Fréchet distance.
import { matching, subsetsOf } from '../results/comparisons';
import { ratios } from '../results/fewShotClaims';
import { readFewShotPaper } from '../results/fewShotPaper';
import type { RunRecord } from '../results/record';
import { mean } from '../results/statistics';
import type { Table, TableValue } from '../results/tables';
import { differenceInWords } from '../results/verdicts';
import { type Condition, conditionName, conditionsOf, imagesBehind } from './fewShotNames';
import { meanInWords } from './intervals';
import { provenance } from './provenance';

const PLAIN: Condition = { sparsity: 'none', noise: 'off' };

/** Table 2. */
export function fewShotTable(records: readonly RunRecord[]): Table {
  const ours = subsetsOf(records).flatMap((subset) =>
    conditionsOf(records).flatMap((condition) => ourRows(records, subset, condition)),
  );
  const { rows } = readFewShotPaper();
  const printed = rows.map(({ table, set, sparsity, noise, fid }): TableValue[] => [
    `report, table ${table}`,
    set,
    conditionName({ sparsity, noise }),
    1,
    fid.toFixed(2),
    null,
    null,
    null,
    null,
  ]);
  return {
    id: 'few-shot-table2',
    title: 'Fréchet distances of generators that learnt from a hundred images',
    columns: [
      'Source',
      'Data set',
      'Generator',
      'Runs',
      `Fréchet distance (${imagesBehind(records, 'frechet')} images)`,
      'Against plain (100 ln ratio)',
      'Kernel distance',
      'Novelty',
      `By the report’s protocol (${imagesBehind(records, 'frechet.report')} images)`,
    ],
    rows: [...ours, ...printed],
    caption: `Ours: measured cleanly, mean over seeds [Student's 95 % interval]; ratios with Welch's, −10 is 9.5 % lower. ${featuresInWords(records)} Other features and other data than the report's: compare directions, not heights. Its Table 2a does not say how much Top-K keeps; the authors' scripts have 15 % for the set table. Novelty: how far images are from the nearest training image, in units of how far training images are from each other. By the report's protocol: half contrast, norms of the batch, the least of three samplings and of all evaluations. ${provenance(records)}`,
  };
}

/** By which networks it was measured. */
function featuresInWords(records: readonly RunRecord[]): string {
  const own = records.some(({ config }) => (config.networks as { kind: string }).kind === 'own');
  return own
    ? "By features of Gestalt's ResNet-18 of Relief-16; what the discriminator paints is compared by those of a VGG-16 of ours, which stands for LPIPS."
    : 'By features of the networks that were given, with LPIPS.';
}

/** One row, or none without runs. */
function ourRows(records: readonly RunRecord[], subset: string, condition: Condition): TableValue[][] {
  const runs = matching(records, { ...condition, subset });
  if (runs.length === 0) return [];
  const of = (metric: string, digits: number): string | null =>
    meanInWords(
      runs.flatMap(({ metrics }) => metrics[metric]?.value ?? []),
      digits,
    );
  const isPlain = conditionName(condition) === conditionName(PLAIN);
  const against = isPlain ? [] : ratios(matching(records, { subset }), { ...PLAIN }, { ...condition });
  const row = [
    `ours, ${runs[0].dataName}`,
    subset,
    conditionName(condition),
    runs.length,
    of('frechet', 1),
    against.length === 0 ? null : differenceInWords(against[0]),
    of('kernel', 2),
    of('novelty', 2),
    of('frechet.report', 2),
  ];
  return [row];
}

const STEPS: readonly (readonly [metric: string, reference: string, name: string])[] = [
  ['frechet', 'frechet', 'clean: gathered norms, full contrast, one sampling'],
  ['frechet.batchNorms', 'frechet', 'norms of the batch of 8'],
  ['frechet.bestOfThree', 'frechet', 'least of three samplings'],
  ['frechet.halfContrast', 'frechet', 'half contrast'],
  ['frechet.allThree', 'frechet', 'all three'],
  ['frechet.last', 'frechet.last', 'clean, fewer images, after the last iteration'],
  ['frechet.bestOfRun', 'frechet.last', 'the same, least of all evaluations of the run'],
  ['frechet.report', 'frechet.last', 'all four: the report’s protocol'],
  ['frechet.untrained', 'frechet.last', 'clean, the untrained generator'],
];

/** What each departure of the report's protocol does, in the mean over all runs. */
export function protocolTable(records: readonly RunRecord[]): Table {
  return {
    id: 'few-shot-protocol',
    title: 'One generator, measured in several ways',
    columns: [
      'Measured',
      'Generated images',
      'Fréchet distance',
      'Of the clean one (%)',
      'Range over runs (%)',
    ],
    rows: STEPS.map(([metric, reference, name]): TableValue[] => {
      const values = records.flatMap((record) => numberOf(record, metric) ?? []);
      const shares = records.flatMap((record) => {
        const [value, clean] = [numberOf(record, metric), numberOf(record, reference)];
        return value === null || clean === null ? [] : [(100 * value) / clean];
      });
      const range = [Math.min, Math.max].map((end) => end(...shares).toFixed(1)).join(' to ');
      return [name, imagesBehind(records, metric), mean(values).toFixed(2), mean(shares).toFixed(1), range];
    }),
    caption: `${records.length === 1 ? '' : 'Means over all runs, which are of several kinds and data sets. '}${featuresInWords(records)} With other features the sizes are others. Half contrast: the map from [−1, 1] to [0, 1] is applied to what lies in [0, 1] already, as in the authors' code; norms of the batch: the generator is never told that training is over. Distances compare only at equal numbers of images. ${provenance(records)}`,
  };
}

function numberOf({ metrics }: RunRecord, metric: string): number | null {
  return metrics[metric]?.value ?? null;
}
