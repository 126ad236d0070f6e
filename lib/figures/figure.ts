// What a figure is: a picture as data, made from records, drawn by render.ts.
import type { TopLevelSpec } from 'vega-lite';

/** Of every specification. */
export const SCHEMA = 'https://vega.github.io/schema/vega-lite/v5.json';

export interface Figure {
  /** File name without its ending: lower-case letters, digits and hyphens, e.g. `topk-accuracy`. */
  id: string;
  /** The picture; the house's theme is applied on rendering. */
  spec: TopLevelSpec;
  /** What is shown and where it comes from: profile, engine, seeds, date. */
  caption: string;
}
