// What is recorded of the syntheses of a cell: means over its targets, the details of each, and pictures.
import { wilsonInterval } from '../results/proportion';
import type { Metric } from '../results/record';
import { mean, meanInterval, sampleDeviation } from '../results/statistics';
import { modeName, type SynthesisMode, synthesisModes } from '../results/synthesisModes';
import type { SynthesisPictures } from '../results/synthesisPictures';
import { pngOf } from '../synthesis/targetImage';
import type { SynthesisSettings, TextureSynthesisCellConfig } from './textureSynthesisConfig';
import type { SynthesisRun, Target, TargetRuns } from './textureSynthesisRuns';

/** A loss has converged when it is finite and has fallen so many times. Fixed before the runs. */
export const CONVERGED_FALL = 100;
/** It has settled when the last quarter of the steps lowered it by less than this share. */
const SETTLED_CHANGE = 0.05;

/** By metric and mode, e.g. `converged.match.top.both.rate1`: shares of the targets with Wilson's interval, means over them with Student's, whose spread is in the
 *  counts.
 *
 *  Shares: `converged`, `settled`, `diverged`; where the target alone is masked, `belowTarget`, whose loss ends below the target's own. Means: `fall`, the
 *  loss's fall in powers of ten; `targetFall`, what it would be at the target itself; `edges`, `edgeStrength` and `gram`, the similarities; `ownEdges`,
 *  `edges` less the mean with the other targets; of textures of a part `lostEdges`, `lostEdgeStrength` and `lostGram`, the texture of all less this
 *  one; of masks of the strongest `shared`, and `shared.start` of the first image. */
export function metricsOf(
  found: readonly TargetRuns[],
  { rates }: SynthesisSettings,
): Record<string, Metric> {
  const metrics: Record<string, Metric> = {
    'shared.start': meanOf(found.map(({ sharedAtStart }) => sharedAtStart)),
  };
  for (const mode of synthesisModes(rates)) {
    const name = modeName(mode);
    for (const [kind, metric] of Object.entries(metricsOfMode(found, mode)))
      metrics[`${kind}.${name}`] = metric;
  }
  return metrics;
}

function metricsOfMode(found: readonly TargetRuns[], mode: SynthesisMode): Record<string, Metric> {
  const { agreement, kept } = mode;
  const runs = found.map((target) => target.runs[modeName(mode)]);
  const wholes = found.map((target) => target.runs[modeName({ ...mode, kept: 'all' })]);
  const shareOf = (holds: (run: SynthesisRun) => boolean): Metric =>
    share(runs.filter(holds).length, runs.length);
  const of = (value: (run: SynthesisRun) => number | null): Metric => meanOf(runs.map(value));
  const lost = (value: (run: SynthesisRun) => number | null): Metric =>
    meanOf(runs.map((run, i) => minus(value(wholes[i]), value(run))));
  return {
    converged: shareOf(({ first, best, ended }) => ended !== 'diverged' && first / best >= CONVERGED_FALL),
    settled: shareOf(isSettled),
    diverged: shareOf(({ ended }) => ended === 'diverged'),
    fall: of(({ first, best }) => Math.log10(first / best)),
    edges: of(({ edges }) => edges),
    ownEdges: of(({ edges, edgesOfOthers }) => minus(edges, edgesOfOthers)),
    edgeStrength: of(({ edgeStrength }) => edgeStrength),
    gram: of(({ gram }) => gram),
    ...(agreement === 'gram' && kept !== 'all'
      ? {
          lostEdges: lost(({ edges }) => edges),
          lostEdgeStrength: lost(({ edgeStrength }) => edgeStrength),
          lostGram: lost(({ gram }) => gram),
        }
      : {}),
    ...(runs.some(({ ofTarget }) => ofTarget !== null)
      ? {
          belowTarget: shareOf(({ best, ofTarget }) => best <= (ofTarget ?? 0)),
          targetFall: of(({ first, ofTarget }) => ofTarget && Math.log10(first / ofTarget)),
        }
      : {}),
    ...(kept === 'top' ? { shared: of(({ shared }) => shared) } : {}),
  };
}

function isSettled({ ended, curve, best }: SynthesisRun): boolean {
  if (ended !== 'limit') return ended === 'converged';
  const before = curve[Math.ceil(0.75 * curve.length) - 1];
  return curve.length >= 4 && 1 - best / before < SETTLED_CHANGE;
}

function minus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a - b;
}

function share(hits: number, images: number): Metric {
  return { value: hits / images, counts: { hits, images }, interval: wilsonInterval(hits, images) };
}

/** Over the targets where it is defined. */
function meanOf(given: readonly (number | null)[]): Metric {
  const values = given.flatMap((value) => value ?? []);
  if (values.length === 0) return { value: null, counts: { images: 0 }, interval: null };
  const deviation = sampleDeviation(values);
  const counts = { images: values.length, ...(deviation === null ? {} : { deviation }) };
  return { value: mean(values), counts, interval: meanInterval(values) };
}

/** All numbers of each run, to four digits, without pictures; a line a target. */
export function detailsOf(found: readonly TargetRuns[]): string {
  const rounded = (key: string, value: unknown): unknown => {
    if (key === 'picture') return undefined;
    return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
  };
  return `[\n${found.map((target) => JSON.stringify(target, rounded)).join(',\n')}\n]\n`;
}

/** The first targets, and what was made of them in each mode. */
export async function picturesOf(
  found: readonly TargetRuns[],
  targets: readonly Target[],
  { shown, synthesis }: TextureSynthesisCellConfig,
): Promise<string> {
  const some = targets.slice(0, shown);
  const pictures: SynthesisPictures = {
    targets: some.map(({ name }) => name),
    images: await Promise.all(some.map(async ({ picture }) => (await pngOf(picture)).toString('base64'))),
    made: Object.fromEntries(
      synthesisModes(synthesis.rates).map((mode) => {
        const name = modeName(mode);
        return [name, found.slice(0, shown).map(({ runs }) => runs[name].picture as string)];
      }),
    ),
  };
  return `${JSON.stringify(pictures)}\n`;
}
