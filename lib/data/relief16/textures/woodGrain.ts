import { fractalNoise, sineOfTurns, triangleWave, valueNoise } from '../noise';
import { clamp, smoothstep } from '../raster';
import type { Texture } from './texture';

/** Chair: the long bands of a sawn plank with fine pores along the grain. */
export const woodGrain: Texture = {
  name: 'wood grain',
  palette: ['#54290e', '#a96a32', '#dcab6c'],
  pattern: (random) => {
    const bands = 8;
    const warp = fractalNoise(random, 2, 4, 3);
    const pores = valueNoise(random, 8, 96);
    return (u, v) => {
      const wave = triangleWave(v * bands + 4.5 * warp(u, v) + 0.4 * sineOfTurns(u));
      return clamp(0.1 + 0.85 * smoothstep(0, 0.95, wave) + 0.35 * (pores(u, v) - 0.5), 0, 1);
    };
  },
};
