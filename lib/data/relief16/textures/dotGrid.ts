import { fraction, nearCount } from '../noise';
import { smoothstep } from '../raster';
import type { Texture } from './texture';

const RADIUS = 0.28;

/** Keyboard: round dots on a square grid. */
export const dotGrid: Texture = {
  name: 'dot grid',
  palette: ['#23262f', '#d8d3c4'],
  pattern: (random) => {
    const dots = nearCount(random, 8);
    return (u, v) => {
      const distance = Math.hypot(fraction(u * dots) - 0.5, fraction(v * dots) - 0.5);
      return smoothstep(RADIUS - 0.03, RADIUS + 0.03, distance);
    };
  },
};
