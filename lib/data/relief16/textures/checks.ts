import { fractalNoise, fraction, nearCount } from '../noise';
import { clamp, mix, smoothstep } from '../raster';
import type { Texture } from './texture';

const EDGE = 0.03;

/** Car: a flag of squares. */
export const checks: Texture = {
  name: 'checks',
  palette: ['#8b1a6b', '#f0d5ea'],
  pattern: (random) => {
    const pairs = nearCount(random, 5);
    const grain = fractalNoise(random, 32, 32, 2);
    const square = (x: number): number => {
      const t = fraction(x * pairs);
      return smoothstep(0, EDGE, t) * smoothstep(0.5 + EDGE, 0.5, t);
    };
    return (u, v) => {
      const across = square(u);
      const light = mix(across, 1 - across, square(v));
      return clamp(light - 0.08 * grain(u, v), 0, 1);
    };
  },
};
