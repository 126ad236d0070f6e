// The papers' networks under every measure: what a claim becomes, and how measures agree.
import type { TopLevelSpec } from 'vega-lite';
import { CLAIMED_CONTRASTS, contrastUnder } from '../results/biasClaims';
import { BIAS_MEASURES, measureOf } from '../results/biasMeasureList';
import { measured } from '../results/biasTruth';
import { rankTrend, trendInWords } from '../results/rankTrend';
import { type RunRecord, runId } from '../results/record';
import { type Figure, SCHEMA } from './figure';
import { intervalMarks } from './intervalMarks';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { COLOURS, PALETTE } from './theme';

const CUES = { shape: COLOURS.shape, texture: COLOURS.texture, colour: PALETTE.blue };

/** Each claimed difference under each measure: a panel for each claim; null where no claim has its runs. */
export function biasClaimsEffects(records: readonly RunRecord[]): Figure | null {
  const values = CLAIMED_CONTRASTS.flatMap((contrast) =>
    BIAS_MEASURES.flatMap((measure) => {
      const found = contrastUnder(records, contrast, measure);
      if (found === null) return [];
      const [low, high] = found.difference.interval;
      const { cells } = found;
      return [
        {
          claim: `${contrast.claim}  ${contrast.name}`,
          measure: measure.name,
          cue: `a measure of ${measure.cue}`,
          difference: found.difference.difference,
          low,
          high,
          runs: records.filter(({ cell }) => cells.includes(cell.id)).map(runId),
        },
      ];
    }),
  );
  if (values.length === 0) return null;
  const y = {
    field: 'measure',
    type: 'nominal',
    title: null,
    sort: BIAS_MEASURES.map(({ name }) => name),
    axis: { grid: true, ticks: false, domain: false, labelLimit: 220 },
  };
  const color = {
    field: 'cue',
    type: 'nominal',
    title: null,
    scale: { domain: Object.keys(CUES).map((cue) => `a measure of ${cue}`), range: Object.values(CUES) },
    legend: { orient: 'bottom' },
  };
  const spec = {
    $schema: SCHEMA,
    title: {
      text: 'The same claims under every measure',
      subtitle: 'towards shape: measures of shape (green) rise, measures of texture (orange) fall',
    },
    data: { values },
    facet: { field: 'claim', type: 'nominal', title: null, sort: null },
    columns: 2,
    spacing: { row: 18, column: 24 },
    resolve: { scale: { x: 'independent' } },
    spec: {
      width: 250,
      height: { step: 17 },
      layer: intervalMarks({
        y,
        title: 'difference (hundredths)',
        tickCount: 5,
        tooltip: ['claim', 'measure', 'difference', 'low', 'high'],
        color,
      }),
    },
  } as unknown as TopLevelSpec;
  return {
    id: 'bias-claims-effects',
    spec,
    caption: `Differences between groups of networks with Welch's 95 % interval over seeds, on the classes of subset s1 for Top-K and on all 16 for LocNet, pooled where a claim is about both specifications; each interval by itself. Suppressions are reliance, the accuracy above chance that is lost. ${provenance(records)}`,
  };
}

/** Pairs of measures that are set against each other. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['shape-bias', 'rank-shape'],
  ['shape-bias', 'exact.untextured'],
  ['shape-bias', 'exact.displaced-parts'],
  ['rank-texture', 'exact.untextured'],
  ['area.patch-shuffle', 'exact.displaced-parts'],
  ['area.gaussian-blur', 'exact.untextured'],
];

/** Kinds of networks, in the order of the legend. */
const KINDS: Readonly<Record<string, string>> = {
  'topk-training': 'ResNet-18, with and without Top-K',
  locnet: 'LocNet and its baseline',
  'topk-inference': 'AlexNet and VGG-16, thinned out',
  'locnet-reflection': 'transformers, with and without depth',
};

/** Measures against each other over all of the papers' networks; null where there are none. */
export function biasAgreement(records: readonly RunRecord[]): Figure | null {
  const panels = PAIRS.flatMap(([a, b]) => {
    const [first, second] = [measureOf(a), measureOf(b)];
    const values = records.flatMap((record) => {
      const [x, y] = [measured(record, first), measured(record, second)];
      if (x === null || y === null) return [];
      return [
        { network: record.cell.id, kind: KINDS[String(record.cell.source)], x, y, ...runsBehind([record]) },
      ];
    });
    const trend = rankTrend(
      values.map(({ x }) => x),
      values.map(({ y }) => y),
    );
    if (trend === null) return [];
    return [
      {
        title: { text: `rank correlation ${trendInWords(trend)}`, fontSize: 12, offset: 6 },
        width: 230,
        height: 190,
        data: { values },
        mark: { type: 'point', filled: false, size: 35, opacity: 0.8 },
        encoding: {
          x: {
            field: 'x',
            type: 'quantitative',
            title: first.name,
            scale: { zero: false, nice: true },
            axis: { tickCount: 5 },
          },
          y: { field: 'y', type: 'quantitative', title: second.name, scale: { zero: false, nice: true } },
          color: {
            field: 'kind',
            type: 'nominal',
            title: null,
            scale: {
              domain: Object.values(KINDS),
              range: [PALETTE.vermilion, PALETTE.blue, PALETTE.green, PALETTE.purple],
            },
            legend: { orient: 'bottom' },
          },
          shape: {
            field: 'kind',
            type: 'nominal',
            title: null,
            scale: { domain: Object.values(KINDS) },
            legend: { orient: 'bottom' },
          },
          tooltip: ['network', 'x', 'y'].map((field) => ({ field })),
        },
      },
    ];
  });
  if (panels.length === 0) return null;
  const spec = {
    $schema: SCHEMA,
    title: { text: 'Do measures of bias order networks alike?', subtitle: 'one mark a network' },
    spacing: 20,
    columns: 3,
    concat: panels,
  } as unknown as TopLevelSpec;
  return {
    id: 'bias-claims-agreement',
    spec,
    caption: `One mark a network: ResNet-18s on the classes of subset s1, LocNet and its baseline, one AlexNet and one VGG-16 at five shares of their activations, and transformers. Above each panel Spearman's rank correlation with its 95 % interval. Networks of one kind differ by seed or share only, so marks are not quite independent. ${provenance(records)}`,
  };
}
