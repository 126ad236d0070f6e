import { fractalNoise, nearCount, sineOfTurns, triangleWave } from '../noise';
import type { Texture } from './texture';

/** Boat: rows of swell with bright crests. */
export const waves: Texture = {
  name: 'waves',
  palette: ['#0d4f7c', '#8fd3ea'],
  pattern: (random) => {
    const rows = nearCount(random, 8);
    const phase = random.next();
    const swell = fractalNoise(random, 4, 4, 3);
    return (u, v) => triangleWave(v * rows + 0.22 * sineOfTurns(3 * u + phase) + 0.35 * swell(u, v)) ** 1.6;
  },
};
