// What a plan of seeds saw: the difference behind each claim at every look, with intervals that hold together.
import type { TopLevelSpec } from 'vega-lite';
import type { LedgerEntry } from '../results/claims';
import { cellsOf } from '../results/looks';
import type { RunRecord } from '../results/record';
import { type Figure, SCHEMA } from './figure';
import { differenceAxis, intervalMarks } from './intervalMarks';
import { looksInWords, percentInWords } from './looksInWords';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { COLOURS } from './theme';

/** The looks of one plan; null where no claim rests on a single number. `records` are the runs behind it. */
export function looksFigure(entries: readonly LedgerEntry[], records: readonly RunRecord[]): Figure | null {
  const values = entries.flatMap(({ claim, untilDecided }) =>
    (untilDecided?.looks ?? []).flatMap(({ seeds, judgement }) => {
      const { evidence, verdict } = judgement;
      const cells = new Set(cellsOf(judgement));
      const behind = runsBehind(records.filter(({ cell }) => cells.has(cell.id)));
      return evidence.map(({ name, about = name, unit = 'percentage points', ...found }) => ({
        claim: evidence.length === 1 ? claim.id : `${claim.id}, ${about}`,
        look: `${seeds} seeds`,
        unit,
        difference: found.difference,
        low: found.interval[0],
        high: found.interval[1],
        claimed: found.claimed,
        verdict,
        ...behind,
      }));
    }),
  );
  const plan = entries[0]?.untilDecided?.plan;
  if (values.length === 0 || plan === undefined) return null;
  const y = {
    field: 'look',
    type: 'nominal',
    title: null,
    sort: plan.looks.map((seeds) => `${seeds} seeds`),
    axis: { grid: true, ticks: false, domain: false },
  } as const;
  const panel = (unit: string): object => ({
    data: { values: values.filter((value) => value.unit === unit) },
    facet: {
      row: {
        field: 'claim',
        type: 'nominal',
        title: null,
        sort: null,
        header: { labelAngle: 0, labelAlign: 'left' },
      },
    },
    spec: { width: 380, height: { step: 26 }, layer: layersOf(y, unit) },
  });
  const units = [...new Set(values.map(({ unit }) => unit))];
  const spec = { $schema: SCHEMA, vconcat: units.map(panel) } as unknown as TopLevelSpec;
  return {
    id: `until-decided-${plan.experiment}`,
    spec,
    caption: `Blue: ours after so many seeds a group, with intervals that hold together over the looks of a difference in ${percentInWords(1 - plan.level)} of cases; looks at ${looksInWords(plan)} seeds, in brackets the coverage of each. An empty row is a look that was not taken: a claim that is decided is not looked at again. Grey: the effect that the rule weighs it against. Dashed: no difference. ${provenance(records)}`,
  };
}

function layersOf(y: object, unit: string): object[] {
  const axis = { title: `difference (${unit})`, tickCount: 6 };
  return [
    {
      // Below ours and wider, so that both show where they meet.
      mark: { type: 'point', shape: 'diamond', filled: true, size: 160, opacity: 1, color: COLOURS.reported },
      encoding: { y, x: differenceAxis('claimed', axis) },
    },
    ...intervalMarks({
      y,
      ...axis,
      tooltip: ['claim', 'look', 'difference', 'low', 'high', 'claimed', 'verdict'],
    }),
  ];
}
