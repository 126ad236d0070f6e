import { fractalNoise, fraction } from '../noise';
import { clamp, mix, smoothstep } from '../raster';
import type { Texture } from './texture';

const ROWS = 10;
const COLUMNS = 5;

/** Oven: a running bond of bricks, each of its own shade, in light mortar. */
export const bricks: Texture = {
  name: 'bricks',
  palette: ['#8a3826', '#cc6a48', '#ddd3c8'],
  pattern: (random) => {
    const shades = Float32Array.from({ length: ROWS * COLUMNS }, () => random.uniform(0.05, 0.4));
    const grain = fractalNoise(random, 32, 32, 2);
    return (u, v) => {
      const row = Math.floor(v * ROWS) % ROWS;
      const x = u * COLUMNS + (row % 2) * 0.5;
      const fromSide = Math.min(fraction(x), 1 - fraction(x));
      const fromEdge = Math.min(fraction(v * ROWS), 1 - fraction(v * ROWS));
      const mortar = Math.max(smoothstep(0.06, 0.035, fromSide), smoothstep(0.12, 0.07, fromEdge));
      const brick = shades[row * COLUMNS + (Math.floor(x) % COLUMNS)] + 0.25 * (grain(u, v) - 0.5);
      return mix(clamp(brick, 0, 0.5), 0.97, mortar);
    };
  },
};
