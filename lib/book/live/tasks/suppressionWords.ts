// The suppressions in words for readers.
import type { ExactSuppression } from '../../../data/relief16/exactSuppressions';
import type { SuppressionName } from '../../../distortions/suppressions';

interface Words {
  readonly title: string;
  /** A level in words, e.g. `diameter 4, deviation 50`; none where there is one level only. */
  readonly level?: (level: string) => string;
  /** Places or turns are drawn from a seed. */
  readonly isRandom?: true;
}

const cells = (grid: string): string => `${grid} x ${grid} cells`;

const PARAMETERS: Readonly<Record<string, (value: string) => string>> = {
  d: (pixels) => `diameter ${pixels}`,
  k: (pixels) => `kernel ${pixels}`,
  s: (deviation) => `deviation ${deviation}`,
  g: cells,
};

/** Of levels such as `d4-s50-g2`: each parameter behind its letter. */
const parameters = (level: string): string =>
  level
    .split('-')
    .map((part) => PARAMETERS[part[0]](part.slice(1)))
    .join(', ');

export const SUPPRESSION_WORDS: Readonly<Record<SuppressionName, Words>> = {
  'patch-shuffle': { title: 'patches shuffled', level: cells, isRandom: true },
  'patch-rotation': { title: 'patches turned', level: cells, isRandom: true },
  bilateral: { title: 'bilateral filter', level: parameters },
  'gaussian-blur': { title: 'Gaussian blur', level: parameters },
  'non-local-means': { title: 'non-local means', level: (strength) => `strength ${strength}` },
  grey: { title: 'mixed with grey', level: (share) => `share ${share}` },
  'channel-shuffle': { title: 'channels shuffled', isRandom: true },
  'shuffle-and-grey': { title: 'patches shuffled, then grey', level: cells, isRandom: true },
  'bilateral-and-shuffle': {
    title: 'bilateral filter, then patches shuffled',
    level: parameters,
    isRandom: true,
  },
  'bilateral-and-grey': { title: 'bilateral filter, then grey', level: parameters },
};

export const EXACT_WORDS: Readonly<Record<ExactSuppression, string>> = {
  untextured: 'relief in one colour',
  'flat-colour': 'flat colours',
  outline: 'outline alone',
  'texture-alone': 'texture alone',
  'displaced-parts': 'parts displaced',
  'other-colour': 'hue of the next class',
  'no-colour': 'brightness alone',
};
