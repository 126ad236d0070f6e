// What the ideas of LocNet's last section come to: accuracy, shape bias and what is painted, and the part of a network that each task needs.
import type { TopLevelSpec } from 'vega-lite';
import { matching } from '../results/comparisons';
import {
  compareVariants,
  meanOf,
  metric,
  type Quantity,
  quantities,
  shareOfMeanMap,
} from '../results/locnetComparisons';
import { readPaintedPictures } from '../results/locnetPictures';
import { RECORDS, type RunRecord } from '../results/record';
import { mean } from '../results/statistics';
import type { Table } from '../results/tables';
import { differenceInWords } from '../results/verdicts';
import { type Figure, SCHEMA } from './figure';
import { meanInWords } from './intervals';
import { IDEA_NAMES, keptRun, networksOf, SET_NAMES } from './locnetNames';
import { shapeBiasFigure } from './locnetShapeBias';
import { panelFigure } from './panels';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { PALETTE } from './theme';

const shapeBias = metric('shapeBias');

/** Of the depth, or of the image where that is painted. */
const paintedShare: Quantity = (metrics) =>
  shareOfMeanMap('imageError' in metrics ? 'image' : 'depth')(metrics);

/** What a network is compared with: an encoder that learns depth with itself without, the other ideas with the joint AutoEncoder. */
const OPPOSITE: Readonly<Record<string, string>> = {
  joint: 'baseline',
  hgru: 'hgru-class',
  transformer: 'transformer-class',
  unannealed: 'joint',
  image: 'joint',
  dropout: 'joint',
};

/** A row for each network: top-1 and top-5 over the 17 sets, shape bias, its difference to the network that it is compared with, and the error of what it paints. */
export function ideasTable(records: readonly RunRecord[]): Table {
  const networks = networksOf(records, IDEA_NAMES);
  return {
    id: 'locnet-reflection',
    title: "The ideas of LocNet's last section",
    columns: [
      'Network',
      'Top-1 (%)',
      'Top-5 (%)',
      'Shape bias (%)',
      'Compared with',
      'Shape bias: difference',
      'Painted: share of the mean map’s error (%)',
    ],
    rows: Object.entries(networks).map(([variant, name]) => {
      const over = (top: 'top1' | 'top5') => meanOf(SET_NAMES.map((set) => `${top}.${set}`));
      const baseline = OPPOSITE[variant];
      const found =
        baseline === undefined ? null : compareVariants(records, variant, shapeBias, { variant, baseline });
      return [
        name,
        meanInWords(quantities(records, variant, over('top1'))),
        meanInWords(quantities(records, variant, over('top5'))),
        meanInWords(quantities(records, variant, shapeBias)),
        found && networks[baseline],
        found && differenceInWords(found),
        meanInWords(quantities(records, variant, paintedShare)),
      ];
    }),
    caption: `Mean over seeds [Student's 95 % interval]; differences with Welch's, each by itself. Accuracies are means over the 17 sets. What is painted is the depth, of one network the image itself. ${provenance(records)}`,
  };
}

export function ideasShapeBias(records: readonly RunRecord[]): Figure {
  return shapeBiasFigure(records, networksOf(records, IDEA_NAMES), {
    id: 'locnet-reflection-shape-bias',
    note: "Ideas of the paper's last section.",
  });
}

const PAINTERS = ['joint', 'unannealed', 'dropout', 'hgru', 'transformer', 'image'];

/** What the networks paint of the same held-out images. */
export function ideasPainted(records: readonly RunRecord[], folder: string = RECORDS): Figure | null {
  const painters = PAINTERS.flatMap((variant) => {
    const run = keptRun(records, variant);
    const pictures = run && readPaintedPictures(run, folder);
    return run && pictures ? [{ variant, run, pictures }] : [];
  });
  const [first] = painters;
  if (first === undefined) return null;
  return panelFigure({
    id: 'locnet-reflection-painted',
    runs: painters.map(({ run }) => run),
    columns: first.pictures.classes,
    rows: [
      { label: 'image', pictures: first.pictures.images },
      { label: 'true depth', pictures: first.pictures.truth },
      ...painters.map(({ variant, pictures }) => ({
        label: IDEA_NAMES[variant],
        pictures: pictures.painted,
      })),
    ],
    caption: `Held-out images, their depth, and what networks paint of them, the last one the image itself. Near is bright; values are clamped to 0..1. ${provenance(painters.map(({ run }) => run))}`,
  });
}

const CONDITIONS: readonly [condition: string, name: string][] = [
  ['whole', 'the whole encoder'],
  ['class', 'what the class needs'],
  ['depth', 'what depth needs'],
  ['withoutClass', 'all but what the class needs'],
  ['withoutDepth', 'all but what depth needs'],
];

/** A row for each part of the joint network's encoder: how much of it that is, and how well it does both tasks. */
export function subnetworksTable(records: readonly RunRecord[]): Table {
  const of = (name: string, digits = 1) => meanInWords(quantities(records, 'joint', metric(name)), digits);
  const runs = matching(records, { variant: 'joint' });
  const share: Readonly<Record<string, string | null>> = {
    class: of('kept.class'),
    depth: of('kept.depth'),
  };
  return {
    id: 'locnet-subnetworks',
    title: "Parts of a joint network's encoder",
    columns: ['Part', 'Weights kept (%)', 'Accuracy (%)', 'Depth error (hundredths)'],
    rows: CONDITIONS.map(([condition, name]) => [
      name,
      share[condition] ?? null,
      of(`accuracy.${condition}`),
      of(`depthError.${condition}`, 2),
    ]),
    caption: `Binary masks over the trained encoder's weights, learned for one task each; held-out images. Mean over seeds [Student's 95 % interval]. Overlap of the two masks, intersection over union: ${of('iou')} %, of random masks of the same sizes ${of('iouByChance')} %. ${provenance(runs.length > 0 ? runs : records)}`,
  };
}

const STAGES: Readonly<Record<string, string>> = {
  stem: 'stem',
  stage1: 'stage 1',
  stage2: 'stage 2',
  stage3: 'stage 3',
  stage4: 'stage 4',
};
const OVERLAP = { iou: 'the two masks', iouByChance: 'random masks of these sizes' } as const;

/** How much the masks of the two tasks share, by the stage of the encoder; null without masks. */
export function maskOverlapByStage(records: readonly RunRecord[]): Figure | null {
  const runs = matching(records, { variant: 'joint' });
  const values = Object.entries(STAGES).flatMap(([stage, name]) =>
    Object.entries(OVERLAP).flatMap(([kind, masks]) => {
      const found = quantities(records, 'joint', metric(`${kind}.${stage}`));
      return found.length === 0
        ? []
        : [{ stage: name, masks, overlap: mean(found) / 100, ...runsBehind(runs) }];
    }),
  );
  if (values.length === 0) return null;
  const spec: TopLevelSpec = {
    $schema: SCHEMA,
    width: 380,
    height: 220,
    data: { values },
    mark: 'bar',
    encoding: {
      x: {
        field: 'stage',
        type: 'nominal',
        title: null,
        sort: Object.values(STAGES),
        axis: { labelAngle: 0 },
      },
      xOffset: { field: 'masks', sort: Object.values(OVERLAP) },
      y: {
        field: 'overlap',
        type: 'quantitative',
        title: 'intersection over union',
        scale: { domain: [0, 1] },
      },
      color: {
        field: 'masks',
        type: 'nominal',
        title: null,
        scale: { domain: Object.values(OVERLAP), range: [PALETTE.blue, '#bbbbbb'] },
      },
    },
  };
  return {
    id: 'locnet-mask-overlap',
    spec,
    caption: `Weights that both the class and depth need, over those that either needs, in the stages of a joint network's encoder; means over seeds. Grey: masks drawn at random that keep as many. ${provenance(runs)}`,
  };
}
