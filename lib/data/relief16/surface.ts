// Tiles on surfaces: the colour of a pixel.
import type { Surface } from './scene';

/** Contrast of textures around mid-grey: leaves room for the shading. */
const TEXTURE_CONTRAST = 0.82;

/** Looks up a surface's colour: `sample(x, y)` sets `red`, `green` and `blue` (0..255, not clamped). */
export class SurfaceSampler {
  red = 0;
  green = 0;
  blue = 0;
  private readonly data: Uint8Array;
  private readonly side: number;
  private readonly cos: number;
  private readonly sin: number;
  private readonly startU: number;
  private readonly startV: number;

  constructor(
    private readonly surface: Surface,
    size: number,
  ) {
    const { tile, span, rotation } = surface;
    this.data = tile.data;
    this.side = tile.size;
    const texels = (tile.size / size) * span;
    this.cos = Math.cos(rotation) * texels;
    this.sin = Math.sin(rotation) * texels;
    // Eight tiles of offset keep coordinates positive, so that truncation rounds down.
    this.startU = (surface.u + 8) * tile.size;
    this.startV = (surface.v + 8) * tile.size;
  }

  sample(x: number, y: number): void {
    const data = this.data;
    const side = this.side;
    const wrap = side - 1;
    const u = x * this.cos - y * this.sin + this.startU;
    const v = x * this.sin + y * this.cos + this.startV;
    const column = u | 0;
    const row = v | 0;
    const a = u - column;
    const b = v - row;
    const left = column & wrap;
    const right = (column + 1) & wrap;
    const upper = (row & wrap) * side;
    const lower = ((row + 1) & wrap) * side;
    const i00 = (upper + left) * 3;
    const i10 = (upper + right) * 3;
    const i01 = (lower + left) * 3;
    const i11 = (lower + right) * 3;
    const w00 = (1 - a) * (1 - b) * TEXTURE_CONTRAST;
    const w10 = a * (1 - b) * TEXTURE_CONTRAST;
    const w01 = (1 - a) * b * TEXTURE_CONTRAST;
    const w11 = a * b * TEXTURE_CONTRAST;
    const middle = 128 * (1 - TEXTURE_CONTRAST);
    const [gainRed, gainGreen, gainBlue] = this.surface.gain;
    const red = data[i00] * w00 + data[i10] * w10 + data[i01] * w01 + data[i11] * w11;
    const green = data[i00 + 1] * w00 + data[i10 + 1] * w10 + data[i01 + 1] * w01 + data[i11 + 1] * w11;
    const blue = data[i00 + 2] * w00 + data[i10 + 2] * w10 + data[i01 + 2] * w01 + data[i11 + 2] * w11;
    this.red = (red + middle) * gainRed + this.surface.lift;
    this.green = (green + middle) * gainGreen + this.surface.lift;
    this.blue = (blue + middle) * gainBlue + this.surface.lift;
  }
}
