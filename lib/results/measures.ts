// What the measures of bias say of one network: plain numbers, for figures, tables and pages.
import type { Metric } from './record';

export interface MeasureResult {
  readonly network: string;
  /** Between which it decides. */
  readonly classes: readonly string[];
  /** As they were shown; none where there were conflict images only. */
  readonly suppressions: readonly MeasuredSuppression[];
  readonly exact: readonly ExactMeasure[];
  /** By name: `original`, `left.<suppression>.<level>`, `accuracy.<suppression>.<level>`, `area.<suppression>`, `exact.<name>`, `accuracy.exact.<name>`; of
   *  conflict images `shape-bias`, `rank-shape`, `rank-texture`. */
  readonly metrics: Readonly<Record<string, Metric>>;
  /** The same over the images of each class. */
  readonly byCategory: Readonly<Record<string, Readonly<Record<string, Metric>>>>;
  /** What answers at random would get. */
  readonly random: { readonly accuracy: number; readonly reciprocalRank: number };
  /** Why reliance is undefined, in words; null where it is not. */
  readonly whyNoReliance: string | null;
}

/** A suppression that was drawn. */
export interface ExactMeasure {
  readonly name: string;
  /** What it takes away: shape, texture, colour, or two of them. */
  readonly cues: readonly string[];
}

export interface MeasuredSuppression extends ExactMeasure {
  /** In rising strength. */
  readonly levels: readonly string[];
}
