import { fractalNoise, sineOfTurns, triangleWave } from '../noise';
import { clamp, smoothstep } from '../raster';
import type { Texture } from './texture';

/** Cat: upright stripes of uneven width with ragged edges in short fur. */
export const tabbyStripes: Texture = {
  name: 'tabby stripes',
  palette: ['#6b3206', '#f0a24c'],
  pattern: (random) => {
    const stripes = 6;
    const sway = fractalNoise(random, 4, 4, 3);
    const width = fractalNoise(random, 8, 8, 3);
    const hair = fractalNoise(random, 64, 24, 2);
    return (u, v) => {
      const wave = triangleWave(u * stripes + 1.1 * sway(u, v) + 0.12 * sineOfTurns(2 * v));
      const stripe = smoothstep(0.5, 0.72, wave + 0.45 * (width(u, v) - 0.5));
      return clamp(0.95 * (1 - stripe) + 0.3 * (hair(u, v) - 0.5), 0, 1);
    };
  },
};
