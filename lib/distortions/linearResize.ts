// Linear interpolation of 8-bit pictures in whole numbers, as OpenCV's resize.
import { type KernelMemory, suppressionKernels } from './wasm/suppressions';

/** 1 in the weights of the interpolation. */
const ONE = 2048;

interface Axis {
  /** For each output pixel its two input pixels and their weights, which sum to 2048. */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly firstWeight: Int32Array;
  readonly secondWeight: Int32Array;
}

/** A picture in the kernels' memory. */
export interface KernelPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly address: number;
}

/** The picture at another size; pixel centres lie at halves, and nothing is smoothed where it shrinks. Equal to OpenCV's INTER_LINEAR. */
export function linearResize(
  memory: KernelMemory,
  picture: KernelPicture,
  width: number,
  height: number,
): KernelPicture {
  const { channels } = picture;
  const kernels = suppressionKernels();
  const columns = axis(picture.width, width, true);
  const rows = axis(picture.height, height, false);
  const values = width * channels;
  const address = memory.reserve(values * height);
  const places = (pixels: Int32Array): number => memory.put(pixels.map((pixel) => pixel * channels));
  const [first, second] = [places(columns.first), places(columns.second)];
  const [firstWeights, secondWeights] = [memory.put(columns.firstWeight), memory.put(columns.secondWeight)];
  const newLine = (): Line => ({ row: -1, address: memory.reserve(values * Int32Array.BYTES_PER_ELEMENT) });
  let above = newLine();
  let below = newLine();
  for (let row = 0; row < height; row++) {
    if (below.row === rows.first[row]) [above, below] = [below, above];
    fill(above, rows.first[row]);
    fill(below, rows.second[row]);
    kernels.blendRows(
      ...[above.address, below.address, rows.firstWeight[row], rows.secondWeight[row]],
      ...[values, address + row * values],
    );
  }
  return { width, height, channels, address };

  function fill(line: Line, row: number): void {
    if (line.row === row) return;
    line.row = row;
    const from = picture.address + row * picture.width * channels;
    kernels.resizeRow(from, width, channels, first, second, firstWeights, secondWeights, line.address);
  }
}

/** Which row of the picture lies in the kernels' memory at the new width. */
interface Line {
  row: number;
  readonly address: number;
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
