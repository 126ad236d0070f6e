// Where the object is in the picture: a drawing's maps warped by a pose.
import type { PreparedDrawing } from './drawings';
import { ELASTIC_GRID, type Pose } from './scene';

/** Coverage below which a pixel shows nothing of the object. */
export const LEAST_COVERAGE = 0.004;

/** The warped maps of one picture, `size x size` each. Allocated once, refilled by `warp`. */
export class Geometry {
  /** Coverage by the object, 0..1. */
  readonly mask: Float32Array;
  /** Brightness of the drawing on the object relative to its main tone. */
  readonly detail: Float32Array;
  /** Height towards the viewer, 0..1. */
  readonly height: Float32Array;
  /** Lowest row that the object covers. */
  bottom = 0;

  constructor(readonly size: number) {
    this.mask = new Float32Array(size * size);
    this.detail = new Float32Array(size * size);
    this.height = new Float32Array(size * size);
  }

  /** Fills the maps: for every pixel, the place in the drawing that the pose brings there, interpolated bilinearly. */
  warp(drawing: PreparedDrawing, pose: Pose): void {
    const { size, mask, detail, height } = this;
    const { size: side, maps } = drawing.maps(size);
    mask.fill(0);
    detail.fill(0);
    height.fill(0);
    this.bottom = 0;
    const centre = (size - 1) / 2;
    const sourceCentre = (side - 1) / 2;
    const texels = side / size / pose.scale;
    const cos = Math.cos(pose.rotation);
    const sin = Math.sin(pose.rotation);
    const toU = texels * pose.aspect * (pose.mirrored ? -1 : 1);
    const toV = texels / pose.aspect;
    const gridStep = (ELASTIC_GRID - 1.001) / (size - 1);
    for (let y = 0, i = 0; y < size; y++) {
      const gridY = y * gridStep;
      const gridRow = Math.floor(gridY);
      const fy = gridY - gridRow;
      for (let x = 0; x < size; x++, i++) {
        const gridX = x * gridStep;
        const gridColumn = Math.floor(gridX);
        const fx = gridX - gridColumn;
        const g = gridRow * ELASTIC_GRID + gridColumn;
        const dx = x - centre + size * (bilinear(pose.elasticX, g, ELASTIC_GRID, fx, fy) - pose.x);
        const dy = y - centre + size * (bilinear(pose.elasticY, g, ELASTIC_GRID, fx, fy) - pose.y);
        const u = toU * (cos * dx + sin * dy + pose.shear * dy) + sourceCentre;
        const v = toV * (cos * dy - sin * dx) + sourceCentre;
        if (u < 0 || v < 0 || u >= side - 1 || v >= side - 1) continue;
        const column = Math.floor(u);
        const row = Math.floor(v);
        const a = u - column;
        const b = v - row;
        const upper = (row * side + column) * 3;
        const lower = upper + side * 3;
        const w00 = (1 - a) * (1 - b);
        const w10 = a * (1 - b);
        const w01 = (1 - a) * b;
        const w11 = a * b;
        const coverage =
          maps[upper] * w00 + maps[upper + 3] * w10 + maps[lower] * w01 + maps[lower + 3] * w11;
        if (coverage < LEAST_COVERAGE) continue;
        mask[i] = coverage;
        detail[i] =
          maps[upper + 1] * w00 + maps[upper + 4] * w10 + maps[lower + 1] * w01 + maps[lower + 4] * w11;
        height[i] =
          maps[upper + 2] * w00 + maps[upper + 5] * w10 + maps[lower + 2] * w01 + maps[lower + 5] * w11;
        if (coverage > 0.5) this.bottom = y;
      }
    }
  }
}

function bilinear(grid: Float32Array, i: number, columns: number, fx: number, fy: number): number {
  const upper = grid[i] + (grid[i + 1] - grid[i]) * fx;
  const lower = grid[i + columns] + (grid[i + columns + 1] - grid[i + columns]) * fx;
  return upper + (lower - upper) * fy;
}
