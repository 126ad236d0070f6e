// The measures of bias that are compared: what each is said to measure, and where records hold it.
import { findNamed } from '../findNamed';

export type Cue = 'shape' | 'texture' | 'colour';

/** A number that is said to tell how much a network relies on a cue. */
export interface BiasMeasure {
  /** Name of the metric in records. */
  readonly metric: string;
  /** For tables and figures. */
  readonly name: string;
  /** The cue whose use it is said to rise with. */
  readonly cue: Cue;
  readonly kind: 'conflict' | 'filter' | 'exact';
  /** It sets one cue against another: with a third cue beside them it says nothing of how much both are used. */
  readonly ratio?: true;
  /** Among the few that the papers' claims are judged by: the choice was made before any run. */
  readonly judges?: true;
}

export const BIAS_MEASURES: readonly BiasMeasure[] = [
  {
    metric: 'shape-bias',
    name: 'shape bias, cue conflict',
    cue: 'shape',
    kind: 'conflict',
    ratio: true,
    judges: true,
  },
  { metric: 'rank-shape', name: 'rank of the shape', cue: 'shape', kind: 'conflict', judges: true },
  { metric: 'rank-texture', name: 'rank of the texture', cue: 'texture', kind: 'conflict', judges: true },
  { metric: 'area.patch-shuffle', name: 'patches shuffled', cue: 'shape', kind: 'filter', judges: true },
  { metric: 'area.patch-rotation', name: 'patches turned', cue: 'shape', kind: 'filter' },
  { metric: 'exact.displaced-parts', name: 'parts displaced', cue: 'shape', kind: 'exact', judges: true },
  { metric: 'exact.texture-alone', name: 'texture alone', cue: 'shape', kind: 'exact' },
  { metric: 'area.gaussian-blur', name: 'Gaussian blur', cue: 'texture', kind: 'filter', judges: true },
  { metric: 'area.bilateral', name: 'bilateral filter', cue: 'texture', kind: 'filter' },
  { metric: 'area.non-local-means', name: 'non-local means', cue: 'texture', kind: 'filter' },
  { metric: 'exact.untextured', name: 'relief without texture', cue: 'texture', kind: 'exact', judges: true },
  { metric: 'exact.flat-colour', name: 'flat colour', cue: 'texture', kind: 'exact' },
  { metric: 'area.grey', name: 'grey by share', cue: 'colour', kind: 'filter' },
  { metric: 'area.channel-shuffle', name: 'channels shuffled', cue: 'colour', kind: 'filter' },
  { metric: 'exact.no-colour', name: 'no colour', cue: 'colour', kind: 'exact' },
  { metric: 'exact.other-colour', name: "another's colour", cue: 'colour', kind: 'exact' },
];

/** The measure that records hold under this name. Throws when there is none. */
export function measureOf(metric: string): BiasMeasure {
  return findNamed('measure', metric, BIAS_MEASURES, (measure) => measure.metric);
}
