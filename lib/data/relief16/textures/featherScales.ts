import { fractalNoise, fraction } from '../noise';
import { clamp, smoothstep } from '../raster';
import type { Texture } from './texture';

const ROWS = 10;
const COLUMNS = 9;
const RADIUS = 0.62;

/** Bird: rounded feathers in staggered rows, each row lying over the tips' roots of the row below. */
export const featherScales: Texture = {
  name: 'feather scales',
  palette: ['#123f46', '#2f8a83', '#a4e6cb'],
  pattern: (random) => {
    const grain = fractalNoise(random, 8, 8, 3);
    return (u, v) => {
      const row = Math.floor(v * ROWS);
      let distance = RADIUS;
      // The upper row covers the lower: of the feathers that reach this point, the uppermost is seen.
      for (let above = -1; above <= 1; above++) {
        const shift = ((row - above) & 1) * 0.5;
        const dx = fraction(u * COLUMNS + shift) - 0.5;
        const dy = v * ROWS - (row - above) - 0.45;
        const d = Math.hypot(dx * 1.12, dy * (dy > 0 ? 0.72 : 0.9));
        if (d < RADIUS) distance = d;
      }
      const feather = smoothstep(RADIUS, 0.18, distance);
      return clamp(0.95 * feather + 0.25 * (grain(u, v) - 0.5), 0, 1);
    };
  },
};
