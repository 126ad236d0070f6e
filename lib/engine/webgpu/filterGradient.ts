// The gradient of convolution by its filter, as a matrix product over all pixels of the result.
import type * as tf from '@tensorflow/tfjs';
import { type Shader, type ShaderRunner, spread } from './shaderRunner';
import {
  addProduct,
  columnsOf,
  DEPTH,
  nameOf,
  rowsOf,
  THREADS,
  type Tile,
  tileDeclarations,
  tileMain,
  writeSums,
} from './tiledProduct';

/** Enough to fill a large GPU several times. */
const WORKGROUPS = 1024;
const LEAST_PIXELS_OF_SHARE = 256;
const MOST_BYTES_OF_SHARES = 2 ** 27;
const ADDING_WORKGROUP = 64;

/** dW[a, b, c, o] = sum over n, i, j of x[n, i stride + a - top, j stride + b - left, c] dy[n, i, j, o].
 *
 *  Rows are a, b, c, columns o, the depth n, i, j; it is split into shares, whose sums a second shader adds in a fixed order. */
export function filterGradient(
  runner: ShaderRunner,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  shape: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  const { filterShape, inChannels, outChannels } = shape;
  const rows = shape.filterHeight * shape.filterWidth * inChannels;
  const pixels = shape.batchSize * shape.outHeight * shape.outWidth;
  const tile: Tile = { rows: rows > 64 ? 8 : 4, columns: outChannels > 32 ? 8 : 4 };
  const tiles = [Math.ceil(rows / rowsOf(tile)), Math.ceil(outChannels / columnsOf(tile))] as const;
  const fitting = Math.min(MOST_BYTES_OF_SHARES, runner.largestBinding) / (4 * rows * outChannels);
  const pixelsOfShare = shareLength(pixels, Math.min(WORKGROUPS / (tiles[0] * tiles[1]), fitting));
  const shares = Math.ceil(pixels / pixelsOfShare);
  const [partial] = runner.run({
    shader: shader(tile, inChannels % 4 === 0, outChannels % 4 === 0),
    inputs: [x, dy],
    outputShapes: [shares === 1 ? filterShape : [shares, ...filterShape]],
    uniforms: { ...sizes(shape), rows, pixels, pixelsOfShare },
    workgroups: [...tiles, shares],
  });
  if (shares === 1) return partial;
  const size = rows * outChannels;
  const [sum] = runner.run({
    shader: SUM_OF_SHARES,
    inputs: [partial],
    outputShapes: [filterShape],
    uniforms: { size, shares },
    workgroups: spread(Math.ceil(size / ADDING_WORKGROUP)),
  });
  runner.dispose([partial]);
  return sum;
}

function shareLength(pixels: number, mostShares: number): number {
  const shares = Math.max(1, Math.min(Math.floor(mostShares), Math.floor(pixels / LEAST_PIXELS_OF_SHARE)));
  return Math.ceil(Math.ceil(pixels / shares) / DEPTH) * DEPTH;
}

function sizes(shape: tf.backend_util.Conv2DInfo): Record<string, number> {
  const { inHeight, inWidth, inChannels, outHeight, outWidth, outChannels, filterWidth } = shape;
  const { strideHeight, strideWidth, padInfo } = shape;
  const { top, left } = padInfo;
  return {
    inHeight,
    inWidth,
    inChannels,
    outHeight,
    outWidth,
    outChannels,
    filterWidth,
    strideHeight,
    strideWidth,
    top,
    left,
  };
}

const UNIFORMS = {
  inHeight: 'u32',
  inWidth: 'u32',
  inChannels: 'u32',
  outHeight: 'u32',
  outWidth: 'u32',
  outChannels: 'u32',
  filterWidth: 'u32',
  strideHeight: 'u32',
  strideWidth: 'u32',
  top: 'u32',
  left: 'u32',
  rows: 'u32',
  pixels: 'u32',
  pixelsOfShare: 'u32',
} as const;

/** Where a row reads x, from the place of a pixel: rows and columns further, and elements. A row too many is far outside. */
const ROW_PLACE = `
  fn rowPlace(row: u32) -> vec3<i32> {
    if (row >= uniforms.rows) { return vec3<i32>(1 << 24u, 0, 0); }
    let tap = row / uniforms.inChannels;
    let a = tap / uniforms.filterWidth;
    let b = tap % uniforms.filterWidth;
    let elements = (a * uniforms.inWidth + b) * uniforms.inChannels + row % uniforms.inChannels;
    return vec3<i32>(i32(a), i32(b), i32(elements));
  }`;

/** Where in x the window of a pixel of the result begins; it may lie in the padding. */
const PIXEL_PLACE = `
  fn pixelPlace(pixel: u32, end: u32) -> vec3<i32> {
    if (pixel >= end) { return vec3<i32>(-(1 << 28u), 0, 0); }
    let line = pixel / uniforms.outWidth;
    let y = i32(line % uniforms.outHeight * uniforms.strideHeight) - i32(uniforms.top);
    let x = i32(pixel % uniforms.outWidth * uniforms.strideWidth) - i32(uniforms.left);
    let image = i32(line / uniforms.outHeight * uniforms.inHeight);
    return vec3<i32>(y, x, ((image + y) * i32(uniforms.inWidth) + x) * i32(uniforms.inChannels));
  }`;

const INSIDE = `
  fn inside(place: vec3<i32>) -> bool {
    return place.x >= 0 && place.x < i32(uniforms.inHeight) && place.y >= 0 && place.y < i32(uniforms.inWidth);
  }`;

/** Four rows of x at one pixel: of one tap when the channels come in fours, else each with its own. */
function readX(inFours: boolean): string {
  if (inFours) {
    return `
      fn readX(pixel: vec3<i32>, row: vec3<i32>) -> vec4<f32> {
        let place = pixel + row;
        if (inside(place)) { return x[u32(place.z) / 4u]; }
        return vec4<f32>(0.0);
      }`;
  }
  return `
    fn readOne(place: vec3<i32>) -> f32 {
      if (inside(place)) { return x[u32(place.z)]; }
      return 0.0;
    }
    fn readX(pixel: vec3<i32>, r0: vec3<i32>, r1: vec3<i32>, r2: vec3<i32>, r3: vec3<i32>) -> vec4<f32> {
      return vec4<f32>(readOne(pixel + r0), readOne(pixel + r1), readOne(pixel + r2), readOne(pixel + r3));
    }`;
}

function readDy(inFours: boolean): string {
  const element = (i: number): string => `readColumn(start + ${i}u, column + ${i}u)`;
  if (inFours) {
    return `
      fn readDy(pixel: u32, end: u32, column: u32) -> vec4<f32> {
        if (pixel < end && column < uniforms.outChannels) { return dy[(pixel * uniforms.outChannels + column) / 4u]; }
        return vec4<f32>(0.0);
      }`;
  }
  return `
    fn readColumn(index: u32, column: u32) -> f32 {
      if (column < uniforms.outChannels) { return dy[index]; }
      return 0.0;
    }
    fn readDy(pixel: u32, end: u32, column: u32) -> vec4<f32> {
      if (pixel >= end) { return vec4<f32>(0.0); }
      let start = pixel * uniforms.outChannels + column;
      return vec4<f32>(${[0, 1, 2, 3].map(element).join(', ')});
    }`;
}

function shader(tile: Tile, rowsInFours: boolean, columnsInFours: boolean): Shader {
  const rowGroups = rowsOf(tile) / 4;
  const columnGroups = columnsOf(tile) / 4;
  const places = (rowsInFours ? [0] : [0, 1, 2, 3]).map((i) => `row${i}`);
  const findRows = places.map((name, i) => `let ${name} = rowPlace(firstRow + rowGroup * 4u + ${i}u);`);
  return {
    name: `Conv2DBackpropFilter ${nameOf(tile)} ${rowsInFours} ${columnsInFours}`,
    outputs: ['dW'],
    inputs: ['x', 'dy'],
    vectors: [...(rowsInFours ? ['x'] : []), ...(columnsInFours ? ['dy'] : [])],
    uniforms: UNIFORMS,
    code: `
      ${tileDeclarations(tile)}
      var<workgroup> places: array<vec3<i32>, ${DEPTH}>;
      ${ROW_PLACE} ${PIXEL_PLACE} ${INSIDE} ${readX(rowsInFours)} ${readDy(columnsInFours)}
      fn write(share: u32, row: u32, column: u32, sum: vec4<f32>) {
        if (row >= uniforms.rows) { return; }
        let start = (share * uniforms.rows + row) * uniforms.outChannels;
        for (var i = 0u; i < 4u; i++) {
          if (column + i < uniforms.outChannels) { dW[start + column + i] = sum[i]; }
        }
      }
      ${tileMain(
        tile,
        `
        let share = group.z;
        let start = share * uniforms.pixelsOfShare;
        let end = min(start + uniforms.pixelsOfShare, uniforms.pixels);
        let rowGroup = lane % ${rowGroups}u;
        let columnGroup = lane % ${columnGroups}u;
        ${findRows.join('\n')}
        if (lane < ${DEPTH}u) { places[lane] = pixelPlace(start + lane, end); }
        for (var pixel = start; pixel < end; pixel += ${DEPTH}u) {
          workgroupBarrier();
          for (var k = lane / ${rowGroups}u; k < ${DEPTH}u; k += ${THREADS / rowGroups}u) {
            aTile[k][rowGroup] = readX(places[k], ${places.join(', ')});
          }
          for (var k = lane / ${columnGroups}u; k < ${DEPTH}u; k += ${THREADS / columnGroups}u) {
            bTile[k][columnGroup] = readDy(pixel + k, end, firstColumn + columnGroup * 4u);
          }
          workgroupBarrier();
          if (lane < ${DEPTH}u) { places[lane] = pixelPlace(pixel + ${DEPTH}u + lane, end); }
          ${addProduct(tile)}
        }
        ${writeSums(tile, 'share')}`,
      )}`,
  };
}

const SUM_OF_SHARES: Shader = {
  name: 'Conv2DBackpropFilter sum of shares',
  outputs: ['sum'],
  inputs: ['partial'],
  uniforms: { size: 'u32', shares: 'u32' },
  code: `
    @compute @workgroup_size(${ADDING_WORKGROUP})
    fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
            @builtin(local_invocation_index) lane: u32) {
      let i = (group.y * groups.x + group.x) * ${ADDING_WORKGROUP}u + lane;
      if (i < uniforms.size) {
        var total = 0.0;
        for (var share = 0u; share < uniforms.shares; share++) { total += partial[share * uniforms.size + i]; }
        sum[i] = total;
      }
    }`,
};
