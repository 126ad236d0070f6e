import { fractalNoise, valueNoise } from '../noise';
import { clamp } from '../raster';
import type { Texture } from './texture';

const TAPS = 4;
const STEP = 0.011;

/** Bear: strands of hair, a fine noise smeared along a slowly turning direction. */
export const fur: Texture = {
  name: 'fur',
  palette: ['#2c170b', '#6f4526', '#b5814f'],
  pattern: (random) => {
    const direction = valueNoise(random, 3, 3);
    const strands = valueNoise(random, 56, 56);
    const shade = fractalNoise(random, 4, 4, 2);
    return (u, v) => {
      const angle = Math.PI * (0.15 + 0.7 * direction(u, v));
      const dx = STEP * Math.cos(angle);
      const dy = STEP * Math.sin(angle);
      let sum = 0;
      for (let tap = -TAPS; tap <= TAPS; tap++) sum += strands(u + tap * dx, v + tap * dy);
      const strand = sum / (2 * TAPS + 1) - 0.5;
      return clamp(0.45 + 3.4 * strand + 0.6 * (shade(u, v) - 0.5), 0, 1);
    };
  },
};
