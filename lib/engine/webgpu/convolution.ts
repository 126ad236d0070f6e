// Convolution and its gradient by the input, as one matrix product over the taps and channels of the filter: for each pixel of the
// result and each tap there is at most one pixel of the source.
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

/** Below it, smaller tiles fill the GPU better. */
const ENOUGH_WORKGROUPS = 264;

type Direction = 'forward' | 'backward';

/** y[n, i, j, o] = sum over a, b, c of x[n, i stride + a - top, j stride + b - left, c] W[a, b, c, o].
 *
 *  Rows are n, i, j, columns o, the depth a, b, c. */
export function convolution(
  runner: ShaderRunner,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  shape: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  return product(runner, 'forward', [x, filter], shape, {
    height: shape.outHeight,
    width: shape.outWidth,
    columns: shape.outChannels,
    sourceHeight: shape.inHeight,
    sourceWidth: shape.inWidth,
    depth: shape.inChannels,
    phasesDown: 1,
    phasesRight: 1,
  });
}

/** dx[n, h, w, c] = sum over a, b, o of dy[n, (h + top - a) / stride, (w + left - b) / stride, o] W[a, b, c, o], where the quotients
 *  are whole.
 *
 *  Rows are n, h, w, columns c, the depth a, b, o. With a stride of 2 the pixels of odd and of even h and w are workgroups of their
 *  own: they meet different taps, and the other taps are skipped. */
export function inputGradient(
  runner: ShaderRunner,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  shape: tf.backend_util.Conv2DInfo,
): tf.TensorInfo {
  return product(runner, 'backward', [dy, filter], shape, {
    height: shape.inHeight,
    width: shape.inWidth,
    columns: shape.inChannels,
    sourceHeight: shape.outHeight,
    sourceWidth: shape.outWidth,
    depth: shape.outChannels,
    phasesDown: shape.strideHeight,
    phasesRight: shape.strideWidth,
  });
}

/** The result [images, height, width, columns] and the source [images, sourceHeight, sourceWidth, depth]; a phase is every
 *  `phasesDown`-th row and `phasesRight`-th column of the result. */
interface Maps {
  readonly height: number;
  readonly width: number;
  readonly columns: number;
  readonly sourceHeight: number;
  readonly sourceWidth: number;
  readonly depth: number;
  readonly phasesDown: number;
  readonly phasesRight: number;
}

function product(
  runner: ShaderRunner,
  direction: Direction,
  inputs: tf.TensorInfo[],
  { batchSize, filterHeight, filterWidth, strideHeight, strideWidth, padInfo }: tf.backend_util.Conv2DInfo,
  maps: Maps,
): tf.TensorInfo {
  const { height, width, columns, phasesDown, phasesRight } = maps;
  const phaseHeight = Math.ceil(height / phasesDown);
  const phaseWidth = Math.ceil(width / phasesRight);
  const rows = batchSize * phaseHeight * phaseWidth;
  const phases = phasesDown * phasesRight;
  const rowTiles = (tile: Tile): number => Math.ceil(rows / rowsOf(tile));
  const columnTiles = (tile: Tile): number => Math.ceil(columns / columnsOf(tile));
  const large: Tile = { rows: 8, columns: columns > 32 ? 8 : 4 };
  const enough = rowTiles(large) * columnTiles(large) * phases >= ENOUGH_WORKGROUPS;
  const tile: Tile = enough ? large : { ...large, rows: 4 };
  const [tilesOfPart, parts] = spread(rowTiles(tile));
  const [result] = runner.run({
    shader: shader(tile, direction, direction === 'forward' && columns % 4 === 0),
    inputs,
    outputShapes: [[batchSize, height, width, columns]],
    uniforms: {
      ...maps,
      filterHeight,
      filterWidth,
      strideHeight,
      strideWidth,
      top: padInfo.top,
      left: padInfo.left,
      phaseHeight,
      phaseWidth,
      rows,
      parts,
    },
    workgroups: [tilesOfPart, columnTiles(tile), phases * parts],
  });
  return result;
}

const UNIFORMS = {
  height: 'i32',
  width: 'i32',
  columns: 'u32',
  sourceHeight: 'i32',
  sourceWidth: 'i32',
  depth: 'u32',
  phasesDown: 'i32',
  phasesRight: 'i32',
  filterHeight: 'i32',
  filterWidth: 'i32',
  strideHeight: 'i32',
  strideWidth: 'i32',
  top: 'i32',
  left: 'i32',
  phaseHeight: 'u32',
  phaseWidth: 'u32',
  rows: 'u32',
  parts: 'u32',
} as const;

/** Image, row and column of a row of the product within its phase; column -1 when there is none. */
const PIXEL_PLACE = `
  fn pixelPlace(row: u32, phase: vec2<i32>) -> vec3<i32> {
    let line = row / uniforms.phaseWidth;
    let h = i32(line % uniforms.phaseHeight);
    let w = i32(row % uniforms.phaseWidth);
    let exists = row < uniforms.rows && h * uniforms.phasesDown + phase.x < uniforms.height
      && w * uniforms.phasesRight + phase.y < uniforms.width;
    return vec3<i32>(i32(line / uniforms.phaseHeight), h, select(-1, w, exists));
  }`;

const WRITE = `
  fn write(phase: vec2<i32>, row: u32, column: u32, sum: vec4<f32>) {
    let place = pixelPlace(row, phase);
    if (place.z < 0) { return; }
    let h = place.y * uniforms.phasesDown + phase.x;
    let w = place.z * uniforms.phasesRight + phase.y;
    let start = u32((place.x * uniforms.height + h) * uniforms.width + w) * uniforms.columns;
    for (var i = 0u; i < 4u; i++) {
      if (column + i < uniforms.columns) { result[start + column + i] = sum[i]; }
    }
  }`;

const READ_SOURCE = `
  fn readSource(start: i32, channel: u32) -> f32 {
    if (start >= 0 && channel < uniforms.depth) { return source[u32(start) + channel]; }
    return 0.0;
  }`;

const four = (read: (i: number) => string): string => `vec4<f32>(${[0, 1, 2, 3].map(read).join(', ')})`;

/** Four columns of the filter at one tap and channel of the source. */
function readFilters(direction: Direction, inFours: boolean): string {
  const index =
    direction === 'forward'
      ? '(tap * uniforms.depth + channel) * uniforms.columns + column'
      : '(tap * uniforms.columns + column) * uniforms.depth + channel';
  if (inFours) {
    return `
      fn readFilters(tap: u32, channel: u32, column: u32) -> vec4<f32> {
        if (column < uniforms.columns && channel < uniforms.depth) { return filters[(${index}) / 4u]; }
        return vec4<f32>(0.0);
      }`;
  }
  return `
    fn readFilter(tap: u32, channel: u32, column: u32) -> f32 {
      if (column < uniforms.columns && channel < uniforms.depth) { return filters[${index}]; }
      return 0.0;
    }
    fn readFilters(tap: u32, channel: u32, column: u32) -> vec4<f32> {
      return ${four((i) => `readFilter(tap, channel, column + ${i}u)`)};
    }`;
}

/** From a pixel of the result to that of the source at tap a, b: `factor` times its place in its phase, plus `shift`. */
const TO_SOURCE: Readonly<Record<Direction, string>> = {
  forward: `
    let factor = stride;
    let shift = vec2<i32>(a, b) - padding;`,
  backward: `
    let factor = vec2<i32>(1, 1);
    let distance = phase + padding - vec2<i32>(a, b);
    if (any(distance % stride != vec2<i32>(0, 0))) { continue; }
    let shift = distance / stride;`,
};

/** Writes where this tap's pixels begin in the source, -1 for those outside. */
const FIND_STARTS = `
  let place = pixel.yz * factor + shift;
  let inside = pixel.z >= 0 && place.x >= 0 && place.x < uniforms.sourceHeight
    && place.y >= 0 && place.y < uniforms.sourceWidth;
  let start = (pixel.x * uniforms.sourceHeight + place.x) * uniforms.sourceWidth + place.y;
  starts[lane] = select(-1, start * i32(uniforms.depth), inside);`;

/** Neighbouring threads read neighbouring numbers: channels of a pixel, and of the filter what lies last. */
function load(direction: Direction): string {
  const sources = four((i) => `readSource(starts[rowGroup * 4u + ${i}u], first + step)`);
  const filters = (step: string, group: string): string => `
    bTile[${step}][${group}] = readFilters(tap, first + ${step}, firstColumn + ${group} * 4u);`;
  return `
    for (var rowGroup = lane / ${DEPTH}u; rowGroup < ROW_GROUPS; rowGroup += ${THREADS / DEPTH}u) {
      aTile[step][rowGroup] = ${sources};
    }
    ${
      direction === 'forward'
        ? `for (var s = lane / COLUMN_GROUPS; s < ${DEPTH}u; s += ${THREADS}u / COLUMN_GROUPS) {
             ${filters('s', '(lane % COLUMN_GROUPS)')}
           }`
        : `for (var columnGroup = lane / ${DEPTH}u; columnGroup < COLUMN_GROUPS; columnGroup += ${THREADS / DEPTH}u) {
             ${filters('step', 'columnGroup')}
           }`
    }`;
}

function shader(tile: Tile, direction: Direction, columnsInFours: boolean): Shader {
  const kernel = direction === 'forward' ? 'Conv2D' : 'Conv2DBackpropInput';
  return {
    name: `${kernel} ${nameOf(tile)} ${columnsInFours}`,
    outputs: ['result'],
    inputs: ['source', 'filters'],
    vectors: columnsInFours ? ['filters'] : [],
    uniforms: UNIFORMS,
    code: `
      ${tileDeclarations(tile)}
      var<workgroup> starts: array<i32, ${rowsOf(tile)}>;
      ${PIXEL_PLACE} ${WRITE} ${READ_SOURCE} ${readFilters(direction, columnsInFours)}
      ${tileMain(
        tile,
        `
        let stride = vec2<i32>(uniforms.strideHeight, uniforms.strideWidth);
        let padding = vec2<i32>(uniforms.top, uniforms.left);
        let phaseIndex = i32(group.z / uniforms.parts);
        let phase = vec2<i32>(phaseIndex / uniforms.phasesRight, phaseIndex % uniforms.phasesRight);
        let pixel = pixelPlace(firstRow + lane, phase);
        let step = lane % ${DEPTH}u;
        for (var a = 0; a < uniforms.filterHeight; a++) {
          for (var b = 0; b < uniforms.filterWidth; b++) {
            ${TO_SOURCE[direction]}
            let tap = u32(a * uniforms.filterWidth + b);
            if (lane < ${rowsOf(tile)}u) { ${FIND_STARTS} }
            for (var first = 0u; first < uniforms.depth; first += ${DEPTH}u) {
              workgroupBarrier();
              ${load(direction)}
              workgroupBarrier();
              ${addProduct(tile)}
            }
          }
        }
        ${writeSums(tile, 'phase')}`,
        'group.z % uniforms.parts',
      )}`,
  };
}
