// Figures 11 and 12 of LocNet: accuracy on the 17 out-of-distribution sets, ours beside what the paper prints.
import type { TopLevelSpec } from 'vega-lite';
import { matching } from '../results/comparisons';
import { metric, quantities } from '../results/locnetComparisons';
import { readLocNetTable } from '../results/locnetPaper';
import type { RunRecord } from '../results/record';
import { type Figure, SCHEMA } from './figure';
import { CUT_OFF, type MeanMark, meanMarks } from './intervals';
import { NETWORK_NAMES, networksOf, SET_NAMES } from './locnetNames';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { colourScale } from './theme';

const OURS = 'ours, Relief-16';
const PAPER = 'the paper, ImageNet (one run)';
const CHANCE = { top1: 100 / 16, top5: 500 / 16 } as const;
const NUMBERS = { top1: 'Top-1 accuracy', top5: 'Top-5 accuracy' } as const;
const FIGURE_OF = { top1: 11, top5: 12 } as const;

type TopK = keyof typeof CHANCE;

interface Mark extends MeanMark {
  source: string;
  set: string;
  network: string;
}

/** Figure 11. */
export function topOneBySet(records: readonly RunRecord[]): Figure {
  return bySet(records, 'top1');
}

/** Figure 12. */
export function topFiveBySet(records: readonly RunRecord[]): Figure {
  return bySet(records, 'top5');
}

function bySet(records: readonly RunRecord[], top: TopK): Figure {
  const values = [...ourMarks(records, top), ...paperMarks(top)];
  const cues = readLocNetTable().filter(({ kind }) => kind === 'cue').length;
  const y = { field: 'set', type: 'nominal', sort: [...SET_NAMES], title: null } as const;
  const x = (field: string) => ({
    field,
    type: 'quantitative',
    title: `${NUMBERS[top]} (%)`.toLowerCase(),
    scale: { domain: [0, 100] },
  });
  const offset = { field: 'network', sort: Object.values(NETWORK_NAMES) } as const;
  const color = {
    field: 'network',
    type: 'nominal',
    title: null,
    scale: colourScale(networksOf(records)),
  } as const;
  const spec: TopLevelSpec = {
    $schema: SCHEMA,
    data: { values },
    facet: { column: { field: 'source', type: 'nominal', title: null, sort: [OURS, PAPER] } },
    spec: {
      width: 260,
      height: 30 * SET_NAMES.length,
      layer: [
        {
          mark: { type: 'rect', color: '#f4d9cf', opacity: 0.5 },
          data: { values: SET_NAMES.slice(0, cues).map((set) => ({ set })) },
          encoding: { y },
        },
        {
          mark: { type: 'rule', strokeDash: [4, 3], color: '#888888' },
          data: { values: [{ chance: CHANCE[top] }] },
          encoding: { x: x('chance') },
        },
        {
          // Of two or three seeds an interval may leave the scale.
          mark: { type: 'rule', strokeWidth: 1.5, clip: true },
          encoding: { y, yOffset: offset, x: x('low'), x2: { field: 'high' }, color },
        },
        {
          mark: { type: 'point', filled: true, size: 45, opacity: 1 },
          encoding: {
            y,
            yOffset: offset,
            x: x('mean'),
            color,
            tooltip: ['source', 'set', 'network', 'mean', 'low', 'high'].map((field) => ({ field })),
          },
        },
      ],
    },
    resolve: { scale: { x: 'shared' } },
  } as unknown as TopLevelSpec;
  return {
    id: `locnet-${top}`,
    spec,
    caption: `${NUMBERS[top]} on the 17 sets (figure ${FIGURE_OF[top]} of the paper); shaded: the five sets of shape cues; dashed: chance. Ours: mean over seeds with Student's 95 % interval. ${CUT_OFF} The data differ, so compare directions between networks, not heights. ${provenance(records)}`,
  };
}

function ourMarks(records: readonly RunRecord[], top: TopK): Mark[] {
  return Object.entries(networksOf(records)).flatMap(([variant, network]) =>
    SET_NAMES.flatMap((set) =>
      meanMarks(quantities(records, variant, metric(`${top}.${set}`))).map((mark) => ({
        source: OURS,
        set,
        network,
        ...mark,
        ...runsBehind(matching(records, { variant })),
      })),
    ),
  );
}

function paperMarks(top: TopK): Mark[] {
  return readLocNetTable().flatMap((row) =>
    (['joint', 'baseline'] as const).map((variant, i) => {
      const value = row[top][i];
      const network = NETWORK_NAMES[variant];
      return { source: PAPER, set: row.set, network, mean: value, low: value, high: value };
    }),
  );
}
