import { CellularNoise, fractalNoise, nearCount } from '../noise';
import { clamp, smoothstep } from '../raster';
import type { Texture } from './texture';

/** Elephant: leathery plates between deep cracks. */
export const crackedSkin: Texture = {
  name: 'cracked skin',
  palette: ['#3f3c43', '#aaa3a8'],
  pattern: (random) => {
    const plates = new CellularNoise(random, nearCount(random, 9), 0.9);
    const warp = fractalNoise(random, 8, 8, 3);
    const leather = fractalNoise(random, 32, 32, 2);
    return (u, v) => {
      plates.locate(u + 0.03 * (warp(u, v) - 0.5), v + 0.03 * (warp(v, u) - 0.5));
      const plate = smoothstep(0, 0.28, plates.second - plates.nearest);
      return clamp(plate * (0.65 + 0.5 * leather(u, v)), 0, 1);
    };
  },
};
