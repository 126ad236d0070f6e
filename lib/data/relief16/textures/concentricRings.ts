import { CellularNoise, fractalNoise, triangleWave } from '../noise';
import { smoothstep } from '../raster';
import type { Texture } from './texture';

/** Clock: rings around a few centres, like turned wood. */
export const concentricRings: Texture = {
  name: 'concentric rings',
  palette: ['#7a4b1f', '#f3d9a0'],
  pattern: (random) => {
    const centres = new CellularNoise(random, 2, 0.5);
    const wobble = fractalNoise(random, 4, 4, 2);
    return (u, v) => {
      centres.locate(u, v);
      return smoothstep(0.38, 0.62, triangleWave(4.5 * centres.nearest + 0.2 * wobble(u, v)));
    };
  },
};
