// One drawing prepared for rendering: which pixels are object, what is drawn on it, how high it rises.
import type { ClassName } from './classes';
import { fillOutline, thickenStrokes } from './fill';
import type { Drawing } from './pack';
import { clamp } from './raster';
import { DRAWING_SIZE, rasterise } from './rasterise';
import { reliefHeight } from './relief';

/** Raise it when a change of this file, fill.ts, relief.ts or rasterise.ts changes the maps: it is in the cache's key. */
export const PREPARATION_VERSION = 1;

/** Maps of `DRAWING_SIZE x DRAWING_SIZE` values, row by row. */
export interface DrawingMaps {
  /** Coverage by the object, 0..1. */
  readonly mask: Float32Array;
  /** Brightness of what is drawn on the object, relative to its main tone (1): 0.2 (ink) .. 1.45 (highlights). */
  readonly detail: Float32Array;
  /** Height towards the viewer, 0..1; 0 outside. */
  readonly height: Float32Array;
}

/** Objects that one sees through: gaps between their strokes stay open. */
const SEE_THROUGH: ReadonlySet<ClassName> = new Set<ClassName>(['bicycle', 'chair']);
/** Objects with flat fronts and rounded rims; the others bulge. */
const BEVELLED: ReadonlySet<ClassName> = new Set<ClassName>([
  'bicycle',
  'chair',
  'clock',
  'keyboard',
  'knife',
  'oven',
  'truck',
]);
/** A line drawing whose filled area is less than this times its ink has no inside to give a texture to. */
const LEAST_FILL = 1.55;

const PIXELS = DRAWING_SIZE * DRAWING_SIZE;

/** Prepares a drawing of a class. Throws when it cannot be filled, naming it. */
export async function prepareDrawing(className: ClassName, drawing: Drawing): Promise<DrawingMaps> {
  const rgba = await rasterise(drawing);
  const ink = Float32Array.from({ length: PIXELS }, (_, i) => rgba[i * 4 + 3] / 255);
  const isLine = drawing.style === 'outline' || drawing.style === 'sketch';
  const isOpen = SEE_THROUGH.has(className) && !(className === 'chair' && isLine);
  const mask = isOpen ? openMask(ink, className, isLine) : fillOutline(ink, DRAWING_SIZE, isLine);
  if (isLine && !isOpen && sum(mask) < LEAST_FILL * sum(ink)) {
    throw new Error(
      `The outline of ${drawing.package}/${drawing.name} (${className}) is open: it cannot be filled.`,
    );
  }
  return {
    mask,
    detail:
      isOpen && (isLine || drawing.style === 'mono')
        ? ink.map(() => 1)
        : detailMap(rgba, ink, mask, drawing, isLine),
    height: reliefHeight(mask, onWhite(rgba), DRAWING_SIZE, BEVELLED.has(className)),
  };
}

function openMask(ink: Float32Array, className: ClassName, isLine: boolean): Float32Array {
  return isLine || className === 'bicycle' ? thickenStrokes(ink, DRAWING_SIZE) : ink;
}

function detailMap(
  rgba: Uint8Array,
  ink: Float32Array,
  mask: Float32Array,
  drawing: Drawing,
  isLine: boolean,
): Float32Array {
  if (isLine) return ink.map((coverage) => 1 - 0.62 * coverage);
  const outlines = colourEdges(rgba, ink);
  const tone =
    drawing.style === 'mono'
      ? ink.map((coverage, i) => (mask[i] > 0.5 ? 1 - 0.72 * (1 - coverage) : 1))
      : relativeBrightness(rgba, ink);
  return tone.map((value, i) => value * (1 - 0.55 * outlines[i]));
}

/** Brightness relative to the median of the drawing, compressed; 1 outside. */
function relativeBrightness(rgba: Uint8Array, ink: Float32Array): Float32Array {
  const brightness = ink.map(
    (_, i) => (0.299 * rgba[i * 4] + 0.587 * rgba[i * 4 + 1] + 0.114 * rgba[i * 4 + 2]) / 255,
  );
  const inside = brightness.filter((_, i) => ink[i] > 0.6).sort();
  const median = Math.max(0.12, inside[inside.length >> 1] ?? 0.5);
  return brightness.map((value, i) =>
    ink[i] > 0.5 ? clamp(((value + 0.06) / (median + 0.06)) ** 0.8, 0.25, 1.45) : 1,
  );
}

/** Strength in [0, 1] of the boundaries between colours inside the drawing. */
function colourEdges(rgba: Uint8Array, ink: Float32Array): Float32Array {
  const edges = new Float32Array(PIXELS);
  const step = (before: number, after: number): number => {
    if (ink[before] <= 0.5 || ink[after] <= 0.5) return 0;
    let difference = 0;
    for (let c = 0; c < 3; c++) difference += Math.abs(rgba[after * 4 + c] - rgba[before * 4 + c]);
    return difference;
  };
  for (let i = DRAWING_SIZE; i < PIXELS - DRAWING_SIZE; i++) {
    if (ink[i] < 0.5) continue;
    const difference = step(i - 1, i + 1) + step(i - DRAWING_SIZE, i + DRAWING_SIZE);
    edges[i] = clamp((difference - 50) / 160, 0, 1);
  }
  return edges;
}

/** Red, green and blue (0..255) of the drawing on white paper. */
function onWhite(rgba: Uint8Array): Float32Array[] {
  return [0, 1, 2].map((c) =>
    Float32Array.from({ length: PIXELS }, (_, i) => {
      const alpha = rgba[i * 4 + 3] / 255;
      return rgba[i * 4 + c] * alpha + 255 * (1 - alpha);
    }),
  );
}

function sum(values: Float32Array): number {
  return values.reduce((total, value) => total + value, 0);
}
