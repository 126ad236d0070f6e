// Tables of the bias measures of one network.
import type { MeasureResult } from '../results/measures';
import type { Metric } from '../results/record';
import type { Table, TableValue } from '../results/tables';
import { metricInWords, percent } from './intervals';

/** Every measure that is one number, with what answers at random and people get.
 *  @param humans people's shape bias on the published images, where there is one to set beside it. */
export function measuresTable(
  { metrics, random, suppressions, exact }: MeasureResult,
  humans: Metric | undefined,
  about: string,
): Table {
  const row = (
    measure: string,
    name: string,
    format: Format,
    atRandom: string | null,
    people?: Metric,
  ): TableValue[] => [measure, metricInWords(metrics[name], format), atRandom, metricInWords(people, format)];
  const rank = random.reciprocalRank.toFixed(DIGITS);
  const ofConflict =
    metrics['shape-bias'] === undefined
      ? []
      : [
          row('shape bias (%)', 'shape-bias', percent, '50.0', humans),
          row('mean reciprocal rank of the shape', 'rank-shape', decimal, rank),
          row('mean reciprocal rank of the texture', 'rank-texture', decimal, rank),
        ];
  const ofOriginal =
    suppressions.length === 0 && exact.length === 0
      ? []
      : [row('accuracy on the original images (%)', 'original', percent, percent(random.accuracy))];
  return {
    id: 'measures',
    title: 'All measures',
    columns: ['Measure', 'Network', 'At random', 'People'],
    rows: [
      ...ofOriginal,
      ...ofConflict,
      ...suppressions.map(({ name, cues }) =>
        row(
          `reliance on ${cues.join(' and ')}: ${name}, area over ${levelsInWords(metrics, name)}`,
          `area.${name}`,
          decimal,
          null,
        ),
      ),
      ...exact.map(({ name, cues }) =>
        row(`reliance on ${cues.join(' and ')}: ${name}, exact`, `exact.${name}`, decimal, null),
      ),
    ],
    caption: `In brackets 95 % intervals over images; – where there is nothing to say. ${about}`,
  };
}

/** Accuracy and what is left of it, level by level. Undefined where nothing was suppressed. */
export function levelsTable(
  { metrics, suppressions, exact }: MeasureResult,
  about: string,
): Table | undefined {
  if (suppressions.length === 0 && exact.length === 0) return undefined;
  return {
    id: 'measures-levels',
    title: 'Accuracy level by level',
    columns: ['Takes away', 'Suppression', 'Level', 'Accuracy (%)', 'Accuracy left'],
    rows: [
      [
        'nothing',
        'none',
        null,
        metricInWords(metrics.original, percent),
        metrics.original.value === null ? null : '1',
      ],
      ...suppressions.flatMap(({ name, cues, levels }) =>
        levels.map((level): TableValue[] => [
          cues.join(' and '),
          name,
          level,
          metricInWords(metrics[`accuracy.${name}.${level}`], percent),
          metricInWords(metrics[`left.${name}.${level}`], decimal),
        ]),
      ),
      ...exact.map(({ name, cues }): TableValue[] => [
        cues.join(' and '),
        `${name}, exact`,
        null,
        metricInWords(metrics[`accuracy.exact.${name}`], percent),
        metricInWords(leftOf(metrics[`exact.${name}`]), decimal),
      ]),
    ],
    caption: `Accuracy left: the share of the accuracy above chance. In brackets 95 % intervals over images. ${about}`,
  };
}

/** Every measure that is one number, class by class; of suppressions those of one cue. */
export function categoriesTable(
  { byCategory, suppressions, exact, metrics }: MeasureResult,
  about: string,
): Table {
  const single = suppressions.filter(({ cues }) => cues.length === 1);
  const columns: [string, string, Format][] = [
    ['Accuracy (%)', 'original', percent],
    ['Shape bias (%)', 'shape-bias', percent],
    ['Rank of the shape', 'rank-shape', decimal],
    ['Rank of the texture', 'rank-texture', decimal],
    ...single.map(({ name }): [string, string, Format] => [`Reliance: ${name}`, `area.${name}`, decimal]),
    ...exact.map(({ name }): [string, string, Format] => [
      `Reliance: ${name}, exact`,
      `exact.${name}`,
      decimal,
    ]),
  ];
  const shown = columns.filter(
    ([, name]) => metrics[name] !== undefined && (name !== 'original' || hasImages(metrics[name])),
  );
  return {
    id: 'measures-by-category',
    title: 'Class by class',
    columns: ['Class', ...shown.map(([title]) => title)],
    rows: Object.entries(byCategory).map(([category, own]) => [
      category,
      ...shown.map(([, name, format]) => metricInWords(own[name], format)),
    ]),
    caption: `In brackets 95 % intervals over images; – where a measure is undefined, e.g. the reliance of a class whose accuracy may be chance. ${about}`,
  };
}

const DIGITS = 2;

type Format = (value: number) => string;

/** Without the sign of a zero. */
const decimal: Format = (value) => value.toFixed(DIGITS).replace(/^-(0\.0+)$/, '$1');

function leftOf({ value, interval, counts }: Metric): Metric {
  return {
    value: value === null ? null : 1 - value,
    interval: interval === null ? null : [1 - interval[1], 1 - interval[0]],
    counts,
  };
}

function levelsInWords(metrics: MeasureResult['metrics'], suppression: string): string {
  const levels = Object.keys(metrics).filter((name) => name.startsWith(`left.${suppression}.`)).length;
  return levels === 1 ? 'its one level' : `${levels} levels`;
}

function hasImages({ counts }: Metric): boolean {
  return counts.images > 0;
}
