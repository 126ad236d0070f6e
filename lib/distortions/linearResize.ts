// Linear interpolation of 8-bit pictures in whole numbers, as OpenCV's resize.
import type { ByteImageLike } from './image';

/** 1 in the weights of the interpolation. */
const ONE = 2048;

interface Axis {
  /** For each output pixel its two input pixels and their weights, which sum to 2048. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly firstWeight: Int32Array;
  readonly secondWeight: Int32Array;
}

/** The picture at another size; pixel centres lie at halves, and nothing is smoothed where it shrinks. Equal to OpenCV's INTER_LINEAR. */
export function linearResize(picture: ByteImageLike, width: number, height: number): ByteImageLike {
  const { channels } = picture;
  const columns = axis(picture.width, width, true);
  const rows = axis(picture.height, height, false);
  const data = new Uint8Array(width * height * channels);
  const line = width * channels;
  let above = { row: -1, values: new Int32Array(line) };
  let below = { row: -1, values: new Int32Array(line) };
  for (let row = 0, to = 0; row < height; row++) {
    if (below.row === rows.first[row]) [above, below] = [below, above];
    fillRow(above, rows.first[row], picture, columns);
    fillRow(below, rows.second[row], picture, columns);
    const [aboveWeight, belowWeight] = [rows.firstWeight[row], rows.secondWeight[row]];
    for (let i = 0; i < line; i++, to++) {
      data[to] = (((above.values[i] * aboveWeight) >> 16) + ((below.values[i] * belowWeight) >> 16) + 2) >> 2;
    }
  }
  return { width, height, channels, data };
}

/** A row of the picture at the new width; values are 128 times as large. */
function fillRow(
  line: { row: number; values: Int32Array },
  row: number,
  { width, channels, data }: ByteImageLike,
  { first, second, firstWeight, secondWeight }: Axis,
): void {
  if (line.row === row) return;
  line.row = row;
  const start = row * width * channels;
  for (let column = 0, to = 0; column < first.length; column++) {
    const a = start + first[column] * channels;
    const b = start + second[column] * channels;
    for (let channel = 0; channel < channels; channel++, to++) {
      line.values[to] =
        (data[a + channel] * firstWeight[column] + data[b + channel] * secondWeight[column]) >> 4;
    }
  }
}

/** Beyond the border the outermost pixel goes on. Of columns OpenCV then gives it the whole weight, of rows two weights, which are rounded
 *  apart. */
function axis(from: number, to: number, wholeAtBorder: boolean): Axis {
  const result = {
    first: new Int32Array(to),
    second: new Int32Array(to),
    firstWeight: new Int32Array(to),
    secondWeight: new Int32Array(to),
  };
  for (let i = 0; i < to; i++) {
    const place = Math.fround((i + 0.5) * (from / to) - 0.5);
    const left = Math.floor(place);
    const outside = left < 0 || left >= from - 1;
    const share = wholeAtBorder && outside ? 0 : Math.fround(place - left);
    result.first[i] = Math.min(from - 1, Math.max(0, left));
    result.second[i] = Math.min(from - 1, left + 1);
    result.firstWeight[i] = roundHalfEven((1 - share) * ONE);
    result.secondWeight[i] = roundHalfEven(share * ONE);
  }
  return result;
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}
