// Which measure of bias to trust, and what each says of the papers' claims.
import { CLAIMED_CONTRASTS, contrastUnder, towardsShape } from '../results/biasClaims';
import { BIAS_MEASURES, type BiasMeasure } from '../results/biasMeasureList';
import {
  BLIND_WITHIN,
  EXCHANGE_IN_WORDS,
  exchange,
  greatestWithoutTies,
  type Needs,
  needsOf,
  RECOVERS,
  type Trend,
  type Trust,
  trendOf,
  trustOf,
} from '../results/biasTruth';
import { trendInWords } from '../results/rankTrend';
import type { RunRecord } from '../results/record';
import type { Table, TableValue } from '../results/tables';
import { differenceInWords, liesAbove, liesBelow } from '../results/verdicts';
import { provenance } from './provenance';

const TRUST: Readonly<Record<Trust, string>> = {
  both: 'which cue a class needs, and which is preferred',
  ability: 'which cue a class needs',
  preference: 'which cue is preferred where both are there',
  neither: 'neither',
};

/** For each measure: does it rise with the truth, does it see other cues, what does it need, what is it good for. */
export function trustTable(records: readonly RunRecord[]): Table {
  return {
    id: 'bias-measures-trust',
    title: 'Which measure to trust for what',
    columns: [
      'Measure',
      'Of',
      'Rank correlation, by classes',
      'Slope',
      'Rank correlation, by images',
      'Slope (images)',
      'When the other cues change places',
      'Networks to tell 0.25 from 0.5',
      'Images to tell 0.25 from 0.5',
      'Recovers',
    ],
    rows: BIAS_MEASURES.map((measure) => {
      const [classes, images] = (['classes', 'images'] as const).map((division) =>
        trendOf(records, measure, division),
      );
      const moved = exchange(records, measure);
      const needs = needsOf(records, measure, classes);
      return [
        measure.name,
        measure.cue,
        ranksInWords(classes),
        slopeInWords(classes),
        measure.cue === 'colour' ? null : ranksInWords(images),
        measure.cue === 'colour' ? null : slopeInWords(images),
        moved === null ? null : `${moved.blindness}: ${differenceInWords(moved.difference)}`,
        needs === null ? null : countFor(needs, needs.networks),
        needs === null ? null : countFor(needs, needs.images),
        TRUST[trustOf({ classes, images })],
      ];
    }),
    caption: `Rank correlation of the measure with the true share of its cue over all networks, with its 95 % interval (Fisher's, by Bonett and Wright)${ceilings(records)}; slope of the measure over the share in hundredths, mean over seeds with Student's interval: 100 where it tells the share itself. By classes: a share of the classes is told by the cue. By images: a share of every class's images, a quarter or three quarters, and nothing in an image says so; the ends of both are the same networks. A measure recovers what it is said to where the interval of the rank correlation lies above ${RECOVERS}. Other cues change places: ${Object.entries(
      EXCHANGE_IN_WORDS,
    )
      .map(([cue, words]) => `${cue}, ${words}`)
      .join(
        '; ',
      )}; blind: the interval (hundredths) lies within ${BLIND_WITHIN}. Networks: of each kind, for 80 of 100 studies; images: at which the interval of one network is as long as the difference. ${provenance(records)}`,
  };
}

/** Networks of one share are tied in the truth, so even a perfect measure stays below 1 unless it ties them, too. */
function ceilings(records: readonly RunRecord[]): string {
  const said = (
    [
      ['by classes', 'shape', 'classes'],
      ['by images', 'shape', 'images'],
      ['of colour', 'colour', 'classes'],
    ] as const
  ).flatMap(([words, cue, division]) => {
    const greatest = greatestWithoutTies(records, cue, division);
    return greatest === null ? [] : [`${words} ${greatest.toFixed(2)}`];
  });
  return said.length === 0 ? '' : `, which of a measure without ties is at most ${said.join(', ')}`;
}

/** Of other shares than the column's these are said. */
function countFor({ shares: [less, more] }: Needs, count: number | null): TableValue {
  const apart = count ?? 'not told apart';
  return less === 0.25 && more === 0.5 ? apart : `${apart} (${less} from ${more})`;
}

function ranksInWords(trend: Trend | null): string | null {
  return trend === null ? null : trendInWords(trend.ranks);
}

function slopeInWords(trend: Trend | null): string | null {
  return trend?.slope == null ? null : differenceInWords(trend.slope);
}

/** For each claim that several seeds speak to: what every measure says, by its own interval. */
export function claimsUnderMeasures(records: readonly RunRecord[]): Table {
  return {
    id: 'bias-claims-measures',
    title: 'The same networks under every measure',
    columns: ['Measure', 'Of', ...CLAIMED_CONTRASTS.map(({ claim, name }) => `${claim}: ${name}`)],
    rows: BIAS_MEASURES.map((measure) => [
      `${measure.name}${measure.judges ? ' *' : ''}`,
      measure.cue,
      ...CLAIMED_CONTRASTS.map((contrast) => {
        const found = contrastUnder(records, contrast, measure);
        if (found === null) return null;
        return `${differenceInWords(found.difference)}${sideOf(found.difference.interval, measure)}`;
      }),
    ]),
    caption: `Difference in hundredths with Welch's 95 % interval over seeds, each by itself; a claim's verdict in the ledger takes the measures marked * together. Measures of shape and texture: (shape), (texture) where the interval lies on that side. Suppressions are reliance: what of the accuracy above chance is lost. ${provenance(records)}`,
  };
}

function sideOf(interval: readonly [number, number], measure: BiasMeasure): string {
  if (measure.cue === 'colour') return '';
  const up = liesAbove(interval, 0);
  if (!up && !liesBelow(interval, 0)) return '';
  return up === towardsShape(measure) > 0 ? ' (shape)' : ' (texture)';
}
