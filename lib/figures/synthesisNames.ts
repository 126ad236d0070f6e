// What the figures and tables of texture-synthesis call things.
import type { Kept } from '../results/synthesisModes';

export const KEPT_NAMES: Readonly<Record<Kept, string>> = {
  all: 'all activations',
  top: 'Top-K 5 %',
  rest: 'all but Top-K 5 %',
};
