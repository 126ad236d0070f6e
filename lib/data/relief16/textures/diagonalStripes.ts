import { nearCount, triangleWave } from '../noise';
import { smoothstep } from '../raster';
import type { Texture } from './texture';

/** Bicycle: straight diagonal stripes, like tape around a handlebar. */
export const diagonalStripes: Texture = {
  name: 'diagonal stripes',
  palette: ['#b3202e', '#f4efe6'],
  pattern: (random) => {
    const stripes = nearCount(random, 8);
    return (u, v) => smoothstep(0.44, 0.56, triangleWave((u + v) * stripes));
  },
};
