import { CellularNoise, fractalNoise, nearCount } from '../noise';
import { mix, smoothstep } from '../raster';
import type { Texture } from './texture';

/** Bottle: round bubbles with bright rims in dark glass. */
export const bubbles: Texture = {
  name: 'bubbles',
  palette: ['#17552d', '#4f9d63', '#d5f2cf'],
  pattern: (random) => {
    const cells = new CellularNoise(random, nearCount(random, 6), 0.6);
    const glass = fractalNoise(random, 4, 4, 3);
    return (u, v) => {
      cells.locate(u, v);
      const radius = 0.24 + 0.16 * cells.id;
      const inside = smoothstep(radius + 0.03, radius - 0.03, cells.nearest);
      const rim = smoothstep(0.09, 0.04, Math.abs(cells.nearest - radius));
      const body = mix(0.05 + 0.25 * glass(u, v), 0.5 + 0.25 * (1 - cells.nearest / radius), inside);
      return mix(body, 0.95, rim);
    };
  },
};
