import { sineOfTurns, valueNoise } from '../noise';
import { clamp } from '../raster';
import type { Texture } from './texture';

/** Knife: fine scratches along the blade and a broad sheen across it. */
export const brushedSteel: Texture = {
  name: 'brushed steel',
  palette: ['#55616f', '#e6ecf2'],
  pattern: (random) => {
    const phase = random.next();
    const scratches = [valueNoise(random, 2, 40), valueNoise(random, 3, 72), valueNoise(random, 5, 112)];
    return (u, v) => {
      const scratch = (scratches[0](u, v) + scratches[1](u, v) + scratches[2](u, v)) / 3 - 0.5;
      return clamp(0.5 + 2.2 * scratch + 0.22 * sineOfTurns(2 * v + phase), 0, 1);
    };
  },
};
