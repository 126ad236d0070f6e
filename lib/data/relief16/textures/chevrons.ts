import { nearCount, triangleWave } from '../noise';
import { smoothstep } from '../raster';
import type { Texture } from './texture';

/** Truck: the zigzag of a warning board. */
export const chevrons: Texture = {
  name: 'chevrons',
  palette: ['#1f1d1a', '#f2c21a'],
  pattern: (random) => {
    const count = nearCount(random, 5);
    return (u, v) => smoothstep(0.44, 0.56, triangleWave(v * count + 0.5 * triangleWave(u * count)));
  },
};
