// What records of topk-inference and the papers say of a network whose activations are thinned out, condition by condition.
import { CATEGORIES } from '../categories';
import { readArtifact } from './artifact';
import { check, list, mapOf, nullable, number, object, text } from './check';
import { matching } from './comparisons';
import { readPaperFile } from './papers';
import { type Metric, RECORDS, type RunRecord } from './record';
import { mean } from './statistics';

/** Which activations pass: all, the strongest `percent`, or all but these. */
export interface Condition {
  readonly kept: 'all' | 'top' | 'rest';
  readonly percent: number;
}

export const ALL: Condition = { kept: 'all', percent: 100 };

/** The condition's part of a metric's name: `all`, `top5`, `rest5`. */
export function conditionName({ kept, percent }: Condition): string {
  return kept === 'all' ? kept : `${kept}${percent}`;
}

/** The conditions that records hold, all activations first, then by falling percent. */
export function conditionsOf(records: readonly RunRecord[], kept: 'top' | 'rest'): Condition[] {
  const pattern = new RegExp(`^shapeBias\\.${kept}(\\d+)$`);
  const percents = records.flatMap(({ metrics }) =>
    Object.keys(metrics).flatMap((name) => pattern.exec(name)?.[1] ?? []),
  );
  const falling = [...new Set(percents.map(Number))].sort((a, b) => b - a);
  return [ALL, ...falling.map((percent) => ({ kept, percent }))];
}

/** Share of the conflict images decided for the shape. */
export function shapeShare({ counts: { shape, conflictImages } }: Metric): number {
  return shape / conflictImages;
}

/** Halvings of the activations: 0 for all of them, 1 for half, log2(20) for 5 %. */
export function halvings({ percent }: Condition): number {
  return Math.log2(100 / percent);
}

/** Least-squares slope of y over x. Throws on fewer than two points. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  if (points.length < 2) throw new Error('A slope needs two points at least.');
  const [centreX, centreY] = [0, 1].map((axis) => mean(points.map((point) => point[axis])));
  const spread = points.reduce((sum, [x]) => sum + (x - centreX) ** 2, 0);
  return points.reduce((sum, [x, y]) => sum + (x - centreX) * (y - centreY), 0) / spread;
}

/** In each run of a network how much a number, in points, changes with each halving of the activations; by seed. */
export function slopesOf(
  records: readonly RunRecord[],
  network: string,
  quantity: (metric: Metric) => number | null,
): number[] {
  return matching(records, { network }).flatMap((record) => {
    const points = conditionsOf([record], 'top').flatMap((condition): [number, number][] => {
      const value = quantity(record.metrics[`shapeBias.${conditionName(condition)}`]);
      return value === null ? [] : [[halvings(condition), 100 * value]];
    });
    return points.length < 2 ? [] : [slope(points)];
  });
}

/** One network under one condition, on ImageNet's weights and the 1,200 conflicts of Geirhos et al. */
export interface PublishedInference {
  readonly network: string;
  readonly kept: 'top' | 'rest';
  readonly percent: number;
  /** Decisions for shape and texture, in the answer files of Li et al. */
  readonly shape: number;
  readonly texture: number;
  /** Share of all 1,280 images decided for the shape. */
  readonly accuracy: number;
  /** Shape bias in the report's own Figure 1; null where it shows none. */
  readonly figure: number | null;
}

/** The published values, and how many conflict images they are of. */
export function readPublishedInference(): { conflictImages: number; rows: PublishedInference[] } {
  const words = text(/\S/, 'text that is not empty');
  const row = object<PublishedInference>({
    network: words,
    kept: text(/^(top|rest)$/, '"top" or "rest"'),
    percent: number,
    shape: number,
    texture: number,
    accuracy: number,
    figure: nullable(number),
  });
  const fields = { title: words, provenance: words, conflictImages: number, rows: list(row) };
  return readPaperFile('topk', 'inference.json', object(fields));
}

/** Decisions on cue conflicts by the category of the shape; counts are over runs. */
export interface CategoryCues {
  readonly category: string;
  readonly shape: number;
  readonly texture: number;
}

/** What a run decided on a set of cue conflicts, a letter an image. */
export interface ConflictAnswers {
  readonly labels: string;
  readonly textures: string;
  readonly decisions: Readonly<Record<string, string>>;
}

const letters = text(/^[a-p]*$/, 'letters from a to p');
const answers = mapOf(
  object<ConflictAnswers>({ labels: letters, textures: letters, decisions: mapOf(letters) }),
);

/** What runs answered to the embedded cue conflicts, from the files beside their records. Throws when one is missing or not what its run wrote. */
export function readConflictAnswers(runs: readonly RunRecord[], folder: string = RECORDS): ConflictAnswers[] {
  return runs.flatMap((run) => {
    const content = readArtifact(run, 'answers.json', folder);
    if (content === null) return [];
    const sets = JSON.parse(String(content)) as Record<string, ConflictAnswers>;
    check(answers, sets, `answers of ${run.cell.id}`);
    return [sets['cue-conflict']];
  });
}

/** Decisions under a condition, added up over runs. */
export function cuesByCategory(found: readonly ConflictAnswers[], condition: Condition): CategoryCues[] {
  return CATEGORIES.map((category, index) => {
    const letter = String.fromCharCode('a'.charCodeAt(0) + index);
    const count = (cue: 'labels' | 'textures'): number =>
      found.reduce((sum, { labels, textures, decisions }) => {
        const decided = decisions[conditionName(condition)];
        const own = { labels, textures }[cue];
        const isHit = (i: number): boolean =>
          labels[i] === letter && labels[i] !== textures[i] && decided[i] === own[i];
        return sum + countWhere(labels.length, isHit);
      }, 0);
    return { category, shape: count('labels'), texture: count('textures') };
  });
}

function countWhere(length: number, holds: (index: number) => boolean): number {
  let hits = 0;
  for (let i = 0; i < length; i++) if (holds(i)) hits++;
  return hits;
}
