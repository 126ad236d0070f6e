// Pictures of few-shot synthesis: what generators make, how near it comes, what it is a copy of, and how much noise they take.
import type { TopLevelSpec } from 'vega-lite';
import { matching, subsetsOf } from '../results/comparisons';
import { ratios } from '../results/fewShotClaims';
import { readFewShotPictures } from '../results/fewShotPictures';
import { RECORDS, type RunRecord } from '../results/record';
import {
  type Condition,
  conditionName,
  conditionsOf,
  imagesBehind,
  keptRun,
  NOISE_NAMES,
  SPARSITY_NAMES,
} from './fewShotNames';
import { type Figure, SCHEMA } from './figure';
import { intervalMarks } from './intervalMarks';
import { panelFigure } from './panels';
import { provenance } from './provenance';
import { runsBehind } from './runsBehind';
import { seedLines } from './seedLines';
import { colourScale } from './theme';

const SHEET_SIDE = 192;

/** Nine images of each generator of one seed; null where no record keeps pictures. */
export function fewShotSamples(records: readonly RunRecord[], folder: string = RECORDS): Figure | null {
  const subsets = subsetsOf(records);
  const kept = conditionsOf(records).map((condition) =>
    subsets.map((subset) => keptRun(records, condition, subset)),
  );
  const complete = kept.filter((runs): runs is RunRecord[] => runs.every((run) => run !== undefined));
  if (complete.length === 0) return null;
  return panelFigure({
    id: 'few-shot-samples',
    side: SHEET_SIDE,
    columns: subsets,
    rows: complete.map((runs) => ({
      label: conditionName(runs[0].cell as unknown as Condition),
      pictures: runs.map((run) => readFewShotPictures(run, folder)?.sheet as string),
    })),
    runs: complete.flat(),
    caption: `Nine images of each generator, not chosen, with averaged weights. ${provenance(complete.flat())}`,
  });
}

/** Images of the plain generators beside the training images that they are most like; null where no record keeps pictures. */
export function fewShotNeighbours(records: readonly RunRecord[], folder: string = RECORDS): Figure | null {
  const runs = subsetsOf(records).flatMap(
    (subset) => keptRun(records, { sparsity: 'none', noise: 'off' }, subset) ?? [],
  );
  const rows = runs.flatMap((run) => {
    const pictures = readFewShotPictures(run, folder);
    if (pictures === null) return [];
    const subset = String(run.cell.subset);
    return [
      { label: `${subset}, generated`, pictures: pictures.generated },
      { label: `${subset}, nearest`, pictures: pictures.nearest },
    ];
  });
  if (rows.length === 0) return null;
  return panelFigure({
    id: 'few-shot-neighbours',
    rows,
    runs,
    columns: rows[0].pictures.map((_, i) => `${i + 1}`),
    caption: `Images of the plain generators, not chosen, and below each the training image whose features are nearest: a copy would be the same picture. ${provenance(runs)}`,
  });
}

const Y_DISTANCE = {
  field: 'distance',
  type: 'quantitative',
  title: 'Fréchet distance',
  scale: { type: 'log', nice: false },
  axis: { values: [5, 10, 20, 50, 100, 200, 500] },
} as const;

/** Those kinds of sparsity that rows of data name, with their names. */
function sparsitiesIn(values: readonly { sparsity: string }[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(SPARSITY_NAMES).filter(([, name]) => values.some(({ sparsity }) => sparsity === name)),
  );
}

/** Fréchet distance against the images seen, by set; thin: runs, thick: mean over seeds. */
export function fewShotCurves(records: readonly RunRecord[]): Figure {
  const values = records.flatMap((record) => {
    const { cell, curves, config } = record;
    const { batchSize } = config.training as { batchSize: number };
    return curves.iteration.map((iteration, i) => ({
      set: String(cell.subset),
      sparsity: SPARSITY_NAMES[cell.sparsity],
      noise: NOISE_NAMES[cell.noise],
      seed: cell.seed,
      seen: iteration * batchSize,
      distance: curves.frechet[i],
      ...runsBehind([record]),
    }));
  });
  const shown = sparsitiesIn(values);
  const spec = {
    $schema: SCHEMA,
    data: { values },
    facet: {
      row: { field: 'noise', type: 'nominal', title: null, sort: Object.values(NOISE_NAMES) },
      column: { field: 'set', type: 'nominal', title: null },
    },
    spec: {
      width: 210,
      height: 170,
      encoding: {
        x: {
          field: 'seen',
          type: 'quantitative',
          title: 'images seen',
          scale: { nice: false, zero: false },
          axis: { tickCount: 4 },
        },
        color: {
          field: 'sparsity',
          type: 'nominal',
          title: null,
          scale: colourScale(shown),
          legend: { symbolOpacity: 1 },
        },
      },
      layer: seedLines(Y_DISTANCE),
    },
  } as unknown as TopLevelSpec;
  return {
    id: 'few-shot-curves',
    spec,
    caption: `Fréchet distance of ${imagesBehind(records, 'frechet.last')} generated images from the training images, measured cleanly, against the images that the generator has seen. Thin: single runs, thick: mean over seeds. ${provenance(records)}`,
  };
}

/** What Top-K and noise change, against the plain generator: ratios with intervals; null without two seeds of two kinds. */
export function fewShotEffects(records: readonly RunRecord[]): Figure | null {
  const plain = { sparsity: 'none', noise: 'off' };
  const values = conditionsOf(records)
    .filter((condition) => conditionName(condition) !== conditionName(plain))
    .flatMap((condition) =>
      ratios(records, plain, { ...condition }).map(({ subset, difference, interval: [low, high] }) => ({
        set: subset,
        generator: conditionName(condition),
        difference,
        low,
        high,
        ...runsBehind([plain, { ...condition }].flatMap((where) => matching(records, { ...where, subset }))),
      })),
    );
  if (values.length === 0) return null;
  const y = {
    field: 'generator',
    type: 'nominal',
    title: null,
    sort: [...new Set(values.map(({ generator }) => generator))],
    axis: { grid: true, ticks: false, domain: false },
  } as const;
  const spec = {
    $schema: SCHEMA,
    data: { values },
    facet: { column: { field: 'set', type: 'nominal', title: null } },
    spec: {
      width: 170,
      height: { step: 28 },
      layer: intervalMarks({
        y,
        title: '100 ln(distance / plain)',
        tickCount: 3,
        tooltip: ['set', 'generator', 'difference', 'low', 'high'],
      }),
    },
  } as unknown as TopLevelSpec;
  return {
    id: 'few-shot-effects',
    spec,
    caption: `Fréchet distances against that of the plain generator, in hundredths of a natural logarithm: −10 is 9.5 % nearer to the training images. Of ${imagesBehind(records, 'frechet')} generated images after the last iteration. Means over seeds with Welch's 95 % interval, each by itself. ${provenance(records)}`,
  };
}

/** Size of the scale that each noise injection has learnt; null without noise. */
export function fewShotNoise(records: readonly RunRecord[]): Figure | null {
  const noisy = matching(records, { noise: 'on' });
  const values = noisy.flatMap((record) => {
    const { cell, metrics } = record;
    return Object.entries(metrics).flatMap(([name, { value }]) => {
      const layer = /^noise\.feat_(\d+)\.noise(\d)$/.exec(name);
      if (layer === null || value === null) return [];
      return [
        {
          layer: `${layer[1]} × ${layer[1]}, ${layer[2]}`,
          side: Number(layer[1]),
          sparsity: SPARSITY_NAMES[cell.sparsity],
          set: String(cell.subset),
          seed: cell.seed,
          scale: value,
          ...runsBehind([record]),
        },
      ];
    });
  });
  if (values.length === 0) return null;
  const layers = [...new Map(values.map(({ layer, side }) => [layer, side]))].sort(
    ([a, x], [b, y]) => x - y || (a < b ? -1 : 1),
  );
  const shown = sparsitiesIn(values);
  const spec = {
    $schema: SCHEMA,
    data: { values },
    width: { step: 26 },
    height: 220,
    mark: { type: 'point', filled: false, size: 50, opacity: 0.9 },
    encoding: {
      x: {
        field: 'layer',
        type: 'nominal',
        title: 'map, place of the noise in its block',
        sort: layers.map(([layer]) => layer),
        axis: { labelAngle: 0 },
      },
      xOffset: { field: 'sparsity', sort: Object.values(shown) },
      y: { field: 'scale', type: 'quantitative', title: 'size of the learnt scale' },
      color: {
        field: 'sparsity',
        type: 'nominal',
        title: null,
        scale: colourScale(shown),
      },
      tooltip: ['layer', 'sparsity', 'set', 'seed', 'scale'].map((field) => ({ field })),
    },
  } as unknown as TopLevelSpec;
  return {
    id: 'few-shot-noise',
    spec,
    caption: `Size of the scale that each noise injection has learnt, from 0; one ring a run. The noise has deviation 1 and is the same in all channels of a place; a batch norm follows. ${provenance(noisy)}`,
  };
}
