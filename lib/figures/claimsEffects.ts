// Every difference that a verdict rests on, ours with its interval beside what it is weighed against.
import type { TopLevelSpec } from 'vega-lite';
import type { Evidence, Verdict } from '../results/claimRule';
import type { LedgerEntry } from '../results/claims';
import { runsOf } from '../results/ledgerFile';
import { type ClaimGroup, papersWithClaims, readClaimGroups } from '../results/papers';
import type { RunRecord } from '../results/record';
import { holds } from '../results/verdicts';
import { entriesOfGroup, profileOf, subjectOf, VERDICTS } from './claimsStory';
import { type Figure, SCHEMA } from './figure';
import { differenceAxis, intervalMarks } from './intervalMarks';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { COLOURS, colourScale } from './theme';

const SOURCES = { ours: 'ours', paper: 'the paper prints', rule: 'the rule sets' };
const VERDICT_NAMES = Object.fromEntries(
  VERDICTS.filter((verdict) => verdict !== 'not run').map((verdict) => [verdict, verdict]),
);

/** One row of the figure. */
interface Effect {
  readonly row: string;
  readonly unit: string;
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly claimed: number;
  readonly against: string;
  readonly verdict: Verdict;
  /** Ids of the runs behind it. */
  readonly runs: readonly string[];
}

/** One row a claim, profile and difference; a panel for each question and unit. `runs` are those behind the entries; null where no verdict rests on a difference. */
export function claimsEffects(
  entries: readonly LedgerEntry[],
  runs: readonly RunRecord[],
  groups: readonly ClaimGroup[] = papersWithClaims().flatMap(readClaimGroups),
): Figure | null {
  const panels = groups.flatMap((group) => {
    const { title } = group;
    const effects = entriesOfGroup(entries, group).flatMap((entry) => effectsOf(entry, runs));
    const units = [...new Set(effects.map(({ unit }) => unit))];
    return units.map((unit, i) => ({
      ...(i === 0 ? { title } : {}),
      ...panel(
        effects.filter((effect) => effect.unit === unit),
        unit,
      ),
    }));
  });
  if (panels.length === 0) return null;
  const shown = entries.filter(({ evidence }) => evidence.length > 0);
  const found = shown.flatMap(({ evidence }) => evidence);
  const open = found.filter(({ interval }) => holds(interval, 0)).length;
  const spec = {
    $schema: SCHEMA,
    title: {
      text: 'What each verdict rests on: our difference and what it is weighed against',
      subtitle: `${open} of ${found.length} intervals hold 0`,
    },
    spacing: 14,
    config: { legend: { layout: { top: { direction: 'vertical', anchor: 'start', margin: 4 } } } },
    vconcat: panels,
  } as unknown as TopLevelSpec;
  return {
    id: 'claims-effects',
    spec,
    caption: `One row for each claim, profile and difference; of O1 the one that decides least stands for all. Circles: ours, with the rule's 95 % interval, or that of the last look where seeds were added. Diamonds: what the paper prints, on other data and larger networks; hollow: where it prints none, what the rule sets. Claims that rest on reading, or on counts of several differences alone, have no row. Differences of distances are in hundredths of a natural logarithm: −10 is 9.5 % lower. ${provenance([...new Set(shown.flatMap((entry) => runsOf(entry, runs)))])}`,
  };
}

function effectsOf(entry: LedgerEntry, runs: readonly RunRecord[]): Effect[] {
  const behind = runsBehind(runsOf(entry, runs));
  const { claim, evidence, verdict } = entry;
  return evidence.map((found: Evidence) => {
    const { unit = 'percentage points', difference, interval, claimed } = found;
    const [low, high] = interval;
    const subject = subjectOf(found, entry);
    const against = SOURCES[found.claimedBy ?? 'paper'];
    const row = `${claim.id} ${profileOf(entry)}${subject === '' ? '' : `: ${subject}`}`;
    return { row, unit, difference, low, high, claimed, against, verdict, ...behind };
  });
}

function panel(values: readonly Effect[], unit: string): object {
  const y = {
    field: 'row',
    type: 'nominal',
    title: null,
    sort: null,
    axis: { grid: true, ticks: false, domain: false, labelLimit: 450, minExtent: 450, maxExtent: 450 },
  };
  const axis = { title: unit, tickCount: 7, padding: 8 };
  const shape = {
    type: 'nominal',
    title: null,
    scale: { domain: Object.values(SOURCES), range: ['circle', 'diamond', 'diamond'] },
    legend: null,
  };
  return {
    data: { values },
    width: 360,
    height: { step: 20 },
    layer: [
      // Below ours and wider, so that both show where they meet.
      {
        mark: { type: 'point', size: 160, opacity: 1, strokeWidth: 1.5, stroke: COLOURS.reported },
        encoding: {
          y,
          x: differenceAxis('claimed', axis),
          shape: { field: 'against', ...shape },
          fill: {
            field: 'against',
            type: 'nominal',
            title: 'weighed against',
            scale: {
              domain: [SOURCES.paper, SOURCES.rule],
              range: [COLOURS.reported, '#ffffff'],
            },
            legend: {
              orient: 'top',
              titleOrient: 'left',
              symbolType: 'diamond',
              symbolStrokeColor: COLOURS.reported,
            },
          },
        },
      },
      ...intervalMarks({
        y,
        ...axis,
        tooltip: ['row', 'difference', 'low', 'high', 'claimed', 'against', 'verdict'],
        color: {
          field: 'verdict',
          type: 'nominal',
          title: 'verdict',
          scale: colourScale(VERDICT_NAMES),
          legend: { orient: 'top', titleOrient: 'left' },
        },
      }),
    ],
  };
}
