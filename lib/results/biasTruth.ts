// What each measure of bias says of networks whose reliance is known: does it rise with the truth, and does it see the other cues?
// The rules below were written before the recorded runs.
import type { BiasMeasure, Cue } from './biasMeasureList';
import { compareGroups, type Difference, describeMean, type Group, matching } from './comparisons';
import { type RankTrend, rankTrend } from './rankTrend';
import type { RunRecord } from './record';
import { runsNeeded } from './statistics';
import { holds, liesAbove } from './verdicts';

/** A measure has recovered the truth where the interval of its rank correlation lies above it. */
export const RECOVERS = 0.8;
/** A measure is blind to other cues where exchanging them moves it by less than so many hundredths. */
export const BLIND_WITHIN = 10;

export type Division = 'classes' | 'images';

/** The true share of a cue in a run, 0..1. */
export function shareOf({ cell }: RunRecord, cue: Cue): number {
  const [texture, colour] = [Number(cell.texture), Number(cell.colour)];
  return { shape: 1 - texture - colour, texture, colour }[cue];
}

/** What a measure says of a run, 0..1 or below 0 by chance; null where it is undefined. */
export function measured({ metrics }: RunRecord, { metric }: BiasMeasure): number | null {
  return metrics[metric]?.value ?? null;
}

/** Classes told by colour: none, half of them, all. */
const ALONG_COLOUR = ['classes-t25', 'classes-t25-c50', 'classes-t0-c100'];

/** The runs over which a measure should rise with the share of its cue: where colour is not asked for, those without; a division's two ends are common
 *  to both, since all images are told by one cue. */
export function runsAlong(records: readonly RunRecord[], cue: Cue, division: Division): RunRecord[] {
  return records.filter(({ cell }) => {
    const isEnd = [0, 1].includes(Number(cell.texture)) && cell.colour === 0;
    if (cue === 'colour') return division === 'classes' && ALONG_COLOUR.includes(String(cell.mixture));
    return cell.colour === 0 && (cell.division === division || isEnd);
  });
}

export interface Trend {
  readonly ranks: RankTrend;
  /** Of the measure over the true share, seed by seed: 1 where it tells the share itself. */
  readonly slope: Difference | null;
}

/** How a measure goes with the truth; null where there are too few runs, or none between the ends. */
export function trendOf(
  records: readonly RunRecord[],
  measure: BiasMeasure,
  division: Division,
): Trend | null {
  const along = runsAlong(records, measure.cue, division);
  if (!along.some(({ cell }) => cell.division === division)) return null;
  const points = along.flatMap((record) => {
    const value = measured(record, measure);
    return value === null ? [] : [{ seed: record.cell.seed, share: shareOf(record, measure.cue), value }];
  });
  const ranks = rankTrend(
    points.map(({ share }) => share),
    points.map(({ value }) => value),
  );
  if (ranks === null) return null;
  const seeds = [...new Set(points.map(({ seed }) => seed))];
  const slopes = seeds.flatMap((seed) => slope(points.filter((point) => point.seed === seed)) ?? []);
  return { ranks, slope: describeMean(slopes.map((value) => 100 * value)) };
}

/** The greatest rank correlation that a measure without ties can have: networks of one share are tied in the truth. Null where no network has the cue. */
export function greatestWithoutTies(
  records: readonly RunRecord[],
  cue: Cue,
  division: Division,
): number | null {
  const shares = runsAlong(records, cue, division).map((record) => shareOf(record, cue));
  const inOrder = shares.sort((a, b) => a - b);
  return rankTrend(inOrder, [...inOrder.keys()])?.correlation ?? null;
}

function slope(points: readonly { share: number; value: number }[]): number | null {
  const mean = (of: (point: { share: number; value: number }) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean(({ share }) => share), mean(({ value }) => value)];
  const spread = mean(({ share }) => (share - x) ** 2);
  return spread === 0 ? null : mean(({ share, value }) => (share - x) * (value - y)) / spread;
}

/** Two mixtures that a measure should not tell apart: its own cue has the same share (a ratio: the same ratio), the others change places. */
const EXCHANGED: Readonly<Record<Cue | 'ratio', readonly [string, string]>> = {
  texture: ['classes-t25', 'classes-t25-c50'],
  shape: ['classes-t75', 'classes-t25-c50'],
  ratio: ['classes-t50', 'classes-t25-c50'],
  colour: ['classes-t0', 'classes-t100'],
};

/** What changes with it, in words. */
export const EXCHANGE_IN_WORDS: Readonly<Record<Cue | 'ratio', string>> = {
  texture: 'half of the classes told by colour in place of shape',
  shape: 'half of the classes told by colour in place of texture',
  ratio: 'a quarter each by shape and texture in place of a half each',
  colour: 'all classes told by texture in place of shape',
};

export type Blindness = 'blind' | 'sees others' | 'undecided';

/** By how much a measure moves, in hundredths, when the other cues change places; null where the runs are missing. */
export function exchange(
  records: readonly RunRecord[],
  measure: BiasMeasure,
): { difference: Difference; blindness: Blindness } | null {
  const [before, after] = EXCHANGED[measure.ratio ? 'ratio' : measure.cue].map((id) =>
    groupOf(records, id, measure),
  );
  const difference = compareGroups({ subset: 'exchanged', metric: measure.metric }, before, after);
  if (difference === null) return null;
  const { interval } = difference;
  const within = liesAbove(interval, -BLIND_WITHIN) && interval[1] < BLIND_WITHIN;
  return { difference, blindness: within ? 'blind' : holds(interval, 0) ? 'undecided' : 'sees others' };
}

/** What it takes to tell two shares of the measure's cue, each in networks of its own. */
export interface Needs {
  /** A quarter and a half; of colour, which has no quarter in the grid, none and a half. */
  readonly shares: readonly [number, number];
  /** Hundredths, the greater share minus the smaller. */
  readonly difference: Difference;
  /** Networks of each kind, so that the interval leaves out 0 in 80 of 100 studies; null for more than 10,000, or where the measure falls. */
  readonly networks: number | null;
  /** Images at which one network's own interval is as long as the difference; null where the measure falls. */
  readonly images: number | null;
}

/** For networks of which a share of the classes is told by the cue. Null where the runs are missing.
 *  @param trend of the measure in this division. */
export function needsOf(
  records: readonly RunRecord[],
  measure: BiasMeasure,
  trend: Trend | null,
): Needs | null {
  const mixtures = { shape: ['t75', 't50'], texture: ['t25', 't50'], colour: ['t0', 't25-c50'] }[measure.cue];
  const [less, more] = mixtures.map((id) => groupOf(records, `classes-${id}`, measure));
  const difference = compareGroups({ subset: 'shares', metric: measure.metric }, less, more);
  if (difference === null) return null;
  const shares = [less, more].map(({ runs }) => shareOf(runs[0], measure.cue)) as [number, number];
  const falls = (trend?.ranks.correlation ?? 1) <= 0 || difference.difference <= 0;
  if (falls) return { shares, difference, networks: null, images: null };
  const halves = [...less.runs, ...more.runs].flatMap(({ metrics }) => {
    const { interval, counts } = metrics[measure.metric];
    const images = counts.images ?? counts.conflictImages;
    return interval === null || images === undefined
      ? []
      : [((100 * (interval[1] - interval[0])) / 2) ** 2 * images];
  });
  const variance = halves.reduce((sum, half) => sum + half, 0) / halves.length;
  return {
    shares,
    difference,
    networks: runsNeeded(difference.difference, difference.contrast),
    images: halves.length === 0 ? null : Math.ceil(variance / (difference.difference / 2) ** 2),
  };
}

function groupOf(records: readonly RunRecord[], mixture: string, measure: BiasMeasure): Group {
  const runs = matching(records, { mixture });
  return {
    runs,
    values: runs.flatMap((run) => {
      const value = measured(run, measure);
      return value === null ? [] : [100 * value];
    }),
  };
}

/** What a measure may be trusted with. */
export type Trust = 'ability' | 'preference' | 'both' | 'neither';

/** Ability: it recovers which share of the classes a cue tells. Preference: which share of every class's images. */
export function trustOf({ classes, images }: Readonly<Record<Division, Trend | null>>): Trust {
  const [ability, preference] = [classes, images].map(
    (trend) => trend !== null && liesAbove(trend.ranks.interval, RECOVERS),
  );
  return ability && preference ? 'both' : ability ? 'ability' : preference ? 'preference' : 'neither';
}
