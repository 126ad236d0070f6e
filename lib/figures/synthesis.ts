// Pictures of what the strong and the weak activations hold, and how near they come to their targets.
import type { TopLevelSpec } from 'vega-lite';
import { RECORDS, type RunRecord } from '../results/record';
import { overNetworks } from '../results/synthesisClaims';
import { KEPT, type Kept, modeName } from '../results/synthesisModes';
import { readSynthesisPictures, type SynthesisPictures } from '../results/synthesisPictures';
import { type Figure, SCHEMA } from './figure';
import { type PanelRow, panelFigure } from './panels';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { KEPT_NAMES } from './synthesisNames';
import { PALETTE } from './theme';

/** Textures by Gram matrices, of all activations and of their parts; null where no record keeps pictures. */
export function texturePictures(records: readonly RunRecord[], folder: string = RECORDS): Figure | null {
  return picturesFigure(records, folder, {
    id: 'texture-synthesis-textures',
    rows: ({ made }) =>
      KEPT.map((kept) => ({
        label: KEPT_NAMES[kept],
        pictures: made[modeName({ agreement: 'gram', kept, maskOn: 'both', rate: 1 })],
      })),
    caption:
      'Textures made from noise: their Gram matrices are the target’s, over all activations, over the strongest 5 % of each map, or over the others. The colours of each channel are matched to the target’s.',
  });
}

/** Reconstructions from the activations themselves, with each mask on either side; null where no record keeps pictures. */
export function reconstructionPictures(
  records: readonly RunRecord[],
  folder: string = RECORDS,
): Figure | null {
  const row = (kept: Kept, maskOn: 'target' | 'both', made: SynthesisPictures['made']): PanelRow => ({
    label: kept === 'all' ? KEPT_NAMES.all : `${SHORT[kept]}, ${SIDES[maskOn]}`,
    pictures: made[modeName({ agreement: 'activations', kept, maskOn, rate: 1 })],
  });
  return picturesFigure(records, folder, {
    id: 'texture-synthesis-reconstructions',
    rows: ({ made }) => [
      row('all', 'target', made),
      row('top', 'target', made),
      row('top', 'both', made),
      row('rest', 'target', made),
      row('rest', 'both', made),
    ],
    caption:
      'Reconstructions from noise: the activations themselves are the target’s, place by place. A mask on the target sets the target’s other activations to 0, and the image’s have to follow; on both sides it lets the image’s own count alone, too. First step 1.',
  });
}

/** Labels have little room. */
const SHORT = { top: 'Top-K 5 %', rest: 'the others' } as const;
const SIDES = { target: 'on target', both: 'on both' } as const;

interface PicturesOptions {
  readonly id: string;
  readonly rows: (pictures: SynthesisPictures) => PanelRow[];
  readonly caption: string;
}

function picturesFigure(
  records: readonly RunRecord[],
  folder: string,
  { id, rows, caption }: PicturesOptions,
): Figure | null {
  for (const record of records) {
    const pictures = readSynthesisPictures(record, folder);
    if (pictures === null) continue;
    return panelFigure({
      id,
      runs: [record],
      columns: pictures.targets,
      rows: [{ label: 'target', pictures: pictures.images }, ...rows(pictures)],
      caption: `${caption} ${provenance([record])}`,
    });
  }
  return null;
}

const MEASURES: Readonly<Record<string, string>> = {
  gram: 'Gram matrices',
  ownEdges: 'places of edges, less chance',
  edgeStrength: 'strengths of edges',
};

/** How alike textures and targets are, by what their Gram matrices are of: means over targets with intervals. */
export function textureSimilarity(records: readonly RunRecord[]): Figure {
  const values = Object.entries(MEASURES).flatMap(([measure, name]) =>
    KEPT.flatMap((kept) => {
      const found = overNetworks(records, `${measure}.gram.${kept}`);
      if (found === null) return [];
      const [low, high] = found.interval.map((end) => end / 100);
      return [
        {
          measure: name,
          kept: KEPT_NAMES[kept],
          mean: found.difference / 100,
          low,
          high,
          ...runsBehind(records),
        },
      ];
    }),
  );
  const y = {
    field: 'kept',
    type: 'nominal',
    title: null,
    sort: Object.values(KEPT_NAMES),
    axis: { grid: true, ticks: false, domain: false },
  } as const;
  const x = (field: string) => ({ field, type: 'quantitative' as const, title: 'similarity to the target' });
  const spec = {
    $schema: SCHEMA,
    data: { values },
    facet: { column: { field: 'measure', type: 'nominal', title: null, sort: Object.values(MEASURES) } },
    spec: {
      width: 170,
      height: { step: 34 },
      layer: [
        {
          mark: { type: 'rule', strokeWidth: 2, color: PALETTE.blue },
          encoding: { y, x: x('low'), x2: { field: 'high' } },
        },
        {
          mark: { type: 'point', filled: true, size: 80, opacity: 1, color: PALETTE.blue },
          encoding: {
            y,
            x: x('mean'),
            tooltip: ['measure', 'kept', 'mean', 'low', 'high'].map((field) => ({ field })),
          },
        },
      ],
    },
    resolve: { scale: { x: 'independent' } },
  } as unknown as TopLevelSpec;
  return {
    id: 'texture-synthesis-similarity',
    spec,
    caption: `Textures by Gram matrices and their targets: 1 is the same. Gram matrices of all activations; places of edges: correlation of the gradients' size with the own target's, less the mean with the other targets; strengths: wherever they lie. Means over the targets of all networks, which are taken as they are, with 95 % intervals (Welch). ${provenance(records)}`,
  };
}
