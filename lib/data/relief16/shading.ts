// How bright the relief is.
import type { Light } from './scene';

/** Light that reaches every surface, light that depends on its slope, and gloss where it faces the lamp. */
const AMBIENT = 0.52;
const DIFFUSE = 0.62;
const GLOSS = 0.8;
const GLOSS_FROM = 0.82;
/** Strength of what is drawn on the object, against its texture. */
const DETAIL = 0.9;

/** Brightness of the relief at a pixel: ambient, diffuse light on the slope of the `size x size` height map, and gloss;
 *  1.14 where a flat surface faces the lamp. */
export function shade(height: Float32Array, size: number, x: number, y: number, light: Light): number {
  const i = y * size + x;
  const right = x < size - 1 ? height[i + 1] : 0;
  const left = x > 0 ? height[i - 1] : 0;
  const below = y < size - 1 ? height[i + size] : 0;
  const above = y > 0 ? height[i - size] : 0;
  const slope = 0.5 * light.relief * size;
  const nx = slope * (left - right);
  const ny = slope * (above - below);
  const facing = Math.max(0, (nx * light.x + ny * light.y + light.z) / Math.sqrt(nx * nx + ny * ny + 1));
  return AMBIENT + DIFFUSE * facing + GLOSS * Math.max(0, facing - GLOSS_FROM);
}

/** Brightness factor of what is drawn on the object, from the detail map. */
export function drawnTone(detail: number): number {
  return 1 + DETAIL * (detail - 1);
}
