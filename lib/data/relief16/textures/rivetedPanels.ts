import { fraction, triangleWave } from '../noise';
import { smoothstep } from '../raster';
import type { Texture } from './texture';

/** Airplane: staggered sheet-metal panels with dark joints and a row of rivets. */
export const rivetedPanels: Texture = {
  name: 'riveted panels',
  palette: ['#1f3a5c', '#7fb2dd', '#f4f8fc'],
  pattern: (random) => {
    const columns = 4;
    const rows = 6;
    const brightness = Float32Array.from({ length: columns * rows }, () => random.uniform(0.55, 1));
    return (u, v) => {
      const row = Math.floor(v * rows) % rows;
      const x = u * columns + (row % 2) * 0.5;
      const fromSide = Math.min(fraction(x), 1 - fraction(x));
      const fromTop = fraction(v * rows);
      const joint = Math.max(
        smoothstep(0.045, 0.02, fromSide),
        smoothstep(0.06, 0.03, Math.min(fromTop, 1 - fromTop)),
      );
      const rivet =
        smoothstep(0.07, 0.04, Math.abs(fromTop - 0.2)) *
        smoothstep(0.5, 0.62, triangleWave(u * columns * 6));
      const panel = brightness[row * columns + (Math.floor(x) % columns)];
      return panel * (1 - Math.max(joint, 0.85 * rivet));
    };
  },
};
