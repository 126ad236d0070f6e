// What determines one picture: five controls, each drawn from a seed of its own, so that one can change alone.
import type { Random } from '../../random';
import type { PreparedDrawing } from './drawings';
import { mix } from './raster';
import { GRAIN_COUNT, type Tile } from './tiles';

/** Control points of the elastic deformation, along each side. */
export const ELASTIC_GRID = 5;

/** How the drawing lies in the picture. */
export interface Pose {
  /** Size of the drawing relative to the picture. */
  readonly scale: number;
  /** Radians. */
  readonly rotation: number;
  readonly shear: number;
  /** Stretch: width is divided and height multiplied by it. */
  readonly aspect: number;
  readonly mirrored: boolean;
  /** Offset of the centre as a share of the picture's side. */
  readonly x: number;
  readonly y: number;
  /** Elastic deformation: offsets at `ELASTIC_GRID x ELASTIC_GRID` points, as a share of the picture's side. */
  readonly elasticX: Float32Array;
  readonly elasticY: Float32Array;
}

/** How a tile covers a surface. */
export interface Surface {
  readonly tile: Tile;
  /** Share of the tile's side that the picture's side spans. */
  readonly span: number;
  /** Radians. */
  readonly rotation: number;
  /** Offset as a share of the tile's side. */
  readonly u: number;
  readonly v: number;
  /** Factors of red, green and blue, and what is added to all three (0..255). */
  readonly gain: readonly [number, number, number];
  readonly lift: number;
}

/** A distant lamp, and how strongly the relief answers to it. */
export interface Light {
  /** Unit vector towards the lamp: x to the right, y down, z to the viewer. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
  /** Height of the relief as a share of the picture's side. */
  readonly relief: number;
}

/** A wall and a floor. */
export interface Background {
  /** Height of their common edge as a share of the picture's side, from the top. */
  readonly horizon: number;
  readonly wall: readonly [number, number, number];
  readonly floor: readonly [number, number, number];
  /** Which grain, where it starts (as a share of its side), and how strong it is (0..255). */
  readonly grain: number;
  readonly grainOffset: number;
  readonly grainStrength: number;
}

/** All that determines a picture. `backdrop`: a pattern over wall and floor. */
export interface Scene {
  readonly drawing: PreparedDrawing;
  readonly pose: Pose;
  readonly surface: Surface;
  readonly light: Light;
  readonly background: Background;
  readonly backdrop?: Surface;
}

export function drawPose(random: Random): Pose {
  const offsets = (): Float32Array =>
    Float32Array.from({ length: ELASTIC_GRID * ELASTIC_GRID }, () => random.uniform(-0.035, 0.035));
  return {
    scale: 1 / random.uniform(1.04, 1.42),
    rotation: random.uniform(-0.25, 0.25),
    shear: random.uniform(-0.11, 0.11),
    aspect: random.uniform(0.86, 1.14),
    mirrored: random.next() < 0.5,
    x: random.uniform(-0.08, 0.08),
    y: random.uniform(-0.05, 0.05),
    elasticX: offsets(),
    elasticY: offsets(),
  };
}

export function drawSurface(random: Random, tile: Tile): Surface {
  return {
    tile,
    span: random.uniform(0.55, 1),
    rotation: random.uniform(-0.35, 0.35),
    u: random.next(),
    v: random.next(),
    gain: [random.uniform(0.85, 1.15), random.uniform(0.85, 1.15), random.uniform(0.85, 1.15)],
    lift: random.uniform(-15, 15),
  };
}

export function drawLight(random: Random): Light {
  const direction = random.uniform(-2.6, -0.6);
  return {
    x: 0.62 * Math.cos(direction),
    y: 0.62 * Math.sin(direction),
    z: Math.sqrt(1 - 0.62 ** 2),
    relief: random.uniform(0.19, 0.29),
  };
}

export function drawBackground(random: Random): Background {
  const lightness = random.uniform(0.55, 0.95);
  return {
    horizon: random.uniform(0.42, 0.72),
    wall: colourOf(random.next(), 0.35, lightness),
    floor: colourOf(random.next(), 0.28, 0.75 * lightness),
    grain: random.integer(GRAIN_COUNT),
    grainOffset: random.next(),
    grainStrength: random.uniform(20, 70),
  };
}

/** Red, green and blue (0..255) of a hue (turns), saturation and lightness (0..1). */
function colourOf(hue: number, saturation: number, lightness: number): [number, number, number] {
  const reach = saturation * Math.min(lightness, 1 - lightness);
  const channel = (shift: number): number => {
    const k = (shift + hue * 12) % 12;
    return 255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

/** Depth of the background at row `y` (0..1 from the top): 0 far, 1 near; the floor comes towards the viewer,
 *  and leaves the range above 0.64 to objects that stand on it. */
export function backgroundDepth(y: number, horizon: number): number {
  if (y <= horizon) return 0.06 + (0.06 * y) / horizon;
  return mix(0.12, 0.64, (y - horizon) / (1 - horizon));
}
