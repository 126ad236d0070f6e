import { CellularNoise, fractalNoise, nearCount } from '../noise';
import { smoothstep } from '../raster';
import type { Texture } from './texture';

/** Dog: ragged dark spots of many sizes on a light coat. */
export const dalmatianSpots: Texture = {
  name: 'dalmatian spots',
  palette: ['#1d1a1c', '#f5f1ec'],
  pattern: (random) => {
    const spots = new CellularNoise(random, nearCount(random, 8), 0.45);
    const warp = fractalNoise(random, 8, 8, 3);
    const ragged = fractalNoise(random, 32, 32, 2);
    return (u, v) => {
      spots.locate(u + 0.03 * (warp(u, v) - 0.5), v + 0.03 * (warp(v, u) - 0.5));
      const radius = 0.17 + 0.2 * spots.id;
      return smoothstep(radius, radius + 0.06, spots.nearest + 0.1 * (ragged(u, v) - 0.5));
    };
  },
};
