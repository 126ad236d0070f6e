// Ways to take shape, texture or colour away from a picture, so as to see what a network can do without it.
import { unknownName } from '../suggest';
import { bilateralFilter } from './bilateralFilter';
import { requireColour } from './bytePicture';
import { channelShuffle } from './channelShuffle';
import { gaussianBlur } from './gaussianBlur';
import { greyShare } from './greyShare';
import type { ByteImageLike } from './image';
import { nonLocalMeans } from './nonLocalMeans';
import { patchRotation } from './patchRotation';
import { patchShuffle } from './patchShuffle';

export type Cue = 'shape' | 'texture' | 'colour';

/** In pixels, of all bilateral filters. */
const SPACE_DEVIATION = 75;

const GRIDS = [2, 4, 6, 8, 10, 12, 14, 16];

type Step = (picture: ByteImageLike, seed: number, target?: Uint8Array) => ByteImageLike;

interface Sweep {
  readonly cues: readonly Cue[];
  /** The picture at each level, the weakest first. */
  readonly levels: Readonly<Record<string, Step>>;
}

/** Sizes of the window in pixels with deviations of the difference in colour. */
const WINDOWS = [
  { diameter: 4, colourDeviation: 50 },
  { diameter: 6, colourDeviation: 80 },
  { diameter: 8, colourDeviation: 110 },
  { diameter: 10, colourDeviation: 140 },
  { diameter: 12, colourDeviation: 170 },
  { diameter: 14, colourDeviation: 200 },
];

const KERNELS = [
  { kernel: 3, deviation: 0.33 },
  { kernel: 5, deviation: 0.66 },
  { kernel: 7, deviation: 1 },
  { kernel: 9, deviation: 1.33 },
  { kernel: 11, deviation: 1.66 },
  { kernel: 13, deviation: 2 },
  { kernel: 15, deviation: 2.33 },
];

const bilateral = (
  picture: ByteImageLike,
  window: (typeof WINDOWS)[number],
  target?: Uint8Array,
): ByteImageLike => bilateralFilter(picture, { ...window, spaceDeviation: SPACE_DEVIATION }, target);
const grey = (picture: ByteImageLike, target?: Uint8Array): ByteImageLike =>
  greyShare(picture, { share: 1 }, target);
const windowName = ({ diameter, colourDeviation }: (typeof WINDOWS)[number]): string =>
  `d${diameter}-s${colourDeviation}`;

const SWEEPS = {
  'patch-shuffle': {
    cues: ['shape'],
    levels: sweep(GRIDS, String, (picture, grid, seed, target) =>
      patchShuffle(picture, { grid, seed }, target),
    ),
  },
  'patch-rotation': {
    cues: ['shape'],
    levels: sweep(GRIDS, String, (picture, grid, seed, target) =>
      patchRotation(picture, { grid, seed }, target),
    ),
  },
  bilateral: {
    cues: ['texture'],
    levels: sweep(WINDOWS, windowName, (picture, window, _, target) => bilateral(picture, window, target)),
  },
  'gaussian-blur': {
    cues: ['texture'],
    levels: sweep(
      KERNELS,
      ({ kernel, deviation }) => `k${kernel}-s${deviation}`,
      (picture, blur, _, target) => gaussianBlur(picture, blur, target),
    ),
  },
  'non-local-means': {
    cues: ['texture'],
    levels: sweep([5, 10, 15, 20, 25], String, (picture, strength, _, target) =>
      nonLocalMeans(picture, { strength }, target),
    ),
  },
  grey: {
    cues: ['colour'],
    levels: sweep(
      [0.2, 0.4, 0.6, 0.8, 1],
      (share) => share.toFixed(1),
      (picture, share, _, target) => greyShare(picture, { share }, target),
    ),
  },
  'channel-shuffle': {
    cues: ['colour'],
    levels: sweep([1], String, (picture, _, seed, target) => channelShuffle(picture, { seed }, target)),
  },
  'shuffle-and-grey': {
    cues: ['shape', 'colour'],
    levels: sweep(GRIDS, String, (picture, grid, seed, target) =>
      grey(patchShuffle(picture, { grid, seed }), target),
    ),
  },
  'bilateral-and-shuffle': {
    cues: ['texture', 'shape'],
    levels: sweep(
      WINDOWS.map((window, i) => ({ window, grid: GRIDS[i] })),
      ({ window, grid }) => `${windowName(window)}-g${grid}`,
      (picture, { window, grid }, seed, target) =>
        patchShuffle(bilateral(picture, window), { grid, seed }, target),
    ),
  },
  'bilateral-and-grey': {
    cues: ['texture', 'colour'],
    levels: sweep(WINDOWS, windowName, (picture, window, _, target) =>
      grey(bilateral(picture, window), target),
    ),
  },
} satisfies Record<string, Sweep>;

export type SuppressionName = keyof typeof SWEEPS;

/** One way to take a cue away, at levels of rising strength. */
export interface Suppression {
  readonly name: SuppressionName;
  /** What it takes away. */
  readonly cues: readonly Cue[];
  /** The weakest first: cells a side (`8`), strength (`15`), share of grey (`0.4`), or diameter or kernel with the deviation (`d4-s50`,
   *  `k3-s0.33`), of pairs with the cells a side (`d4-s50-g2`). */
  readonly levels: readonly string[];
}

/** What is made of a picture: a suppression, how strong, and the seed of what is random in it. */
export interface SuppressionRequest {
  readonly suppression: SuppressionName;
  readonly level: string;
  readonly seed: number;
}

const NAMES = Object.keys(SWEEPS) as SuppressionName[];

/** All ten, at the levels of Burgert et al. 2025. Pairs are made one after the other, all grey, as strong as their first. */
export const SUPPRESSIONS: readonly Suppression[] = NAMES.map((name) => ({
  name,
  cues: SWEEPS[name].cues,
  levels: Object.keys(SWEEPS[name].levels),
}));

/** The suppression of a name. Throws on unknown names and says the nearest. */
export function findSuppression(name: string): Suppression {
  const found = SUPPRESSIONS.find((suppression) => suppression.name === name);
  if (found === undefined) throw unknownName('suppression', name, NAMES);
  return found;
}

/** The picture without a cue, e.g. `suppress(picture, { suppression: 'patch-shuffle', level: '8', seed })`; of the same size, in new memory or at
 *  the start of `target`.
 *
 *  Levels are in pixels or cells as in the source, whose pictures have 224 pixels a side: they are not scaled to pictures of other sizes, so
 *  compare levels between pictures of one size only. Throws on unknown suppressions and levels, and on grey pictures where colour is to be
 *  taken away. Source: Burgert, Stoll, Rota and Demir 2025. */
export function suppress(
  picture: ByteImageLike,
  { suppression, level, seed }: SuppressionRequest,
  target?: Uint8Array,
): ByteImageLike {
  const { name, cues, levels } = findSuppression(suppression);
  if (!levels.includes(level)) throw unknownName(`level of ${name}`, level, levels);
  if (cues.includes('colour')) requireColour(picture, name);
  const sweep: Sweep = SWEEPS[name];
  return sweep.levels[level](picture, seed, target);
}

/** A sweep over parameters, each with the name of its level. */
function sweep<T>(
  parameters: readonly T[],
  nameOf: (parameter: T) => string,
  make: (picture: ByteImageLike, parameter: T, seed: number, target?: Uint8Array) => ByteImageLike,
): Sweep['levels'] {
  return Object.fromEntries(
    parameters.map((parameter): [string, Step] => [
      nameOf(parameter),
      (picture, seed, target) => make(picture, parameter, seed, target),
    ]),
  );
}
