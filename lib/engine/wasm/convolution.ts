// Convolution and its two gradients, NHWC, dilation 1: direct, four pixels by eight channels at a time in registers.
// A window row of an NHWC image is one run of `filterWidth * channels` floats, so a filter is `filterHeight` runs.
import type * as tf from '@tensorflow/tfjs';
import type { Heap } from './heap';
import type { SimdKernels } from './simd';

const FLOAT = 4;
const PANEL = 8;
/** Bytes of input and output gradient that the filter gradient revisits: a part of the first-level cache. */
const BAND_BYTES = 24 * 1024;

type ConvolutionShape = tf.backend_util.Conv2DInfo;

/** Where windows of `rows x columns` pixels start: `height x width` of them, the first at pixel (-top, -left). */
interface Windows {
  height: number;
  width: number;
  rows: number;
  columns: number;
  strideHeight: number;
  strideWidth: number;
  top: number;
  left: number;
}

interface Images {
  pointer: number;
  height: number;
  width: number;
  channels: number;
}

/** y[n, i, j, o] = sum over (a, b, c) of x[n, s i + a - top, s j + b - left, c] filter[a, b, c, o]. */
export function convolution(
  heap: Heap,
  simd: SimdKernels,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  shape: ConvolutionShape,
): tf.TensorInfo {
  const y = heap.output(shape.outShape);
  const { outHeight, outWidth, outChannels, inChannels, filterHeight, filterWidth } = shape;
  const taps = filterHeight * filterWidth * inChannels;
  const windows = windowsOf(shape);
  heap.scratch(panelBytes(taps, outChannels), (panels) => {
    simd.packFilter(heap.pointer(filter), taps, outChannels, panels);
    withWindows(heap, simd, imagesOf(heap, x, shape), windows, (imageAt, rowPitch) => {
      const yRow = outWidth * outChannels * FLOAT;
      for (let n = 0; n < shape.batchSize; n++) {
        simd.convolveImage(
          imageAt(n),
          shape.strideHeight * rowPitch,
          shape.strideWidth * inChannels * FLOAT,
          filterHeight,
          rowPitch,
          filterWidth * inChannels,
          panels,
          heap.pointer(y) + n * outHeight * yRow,
          yRow,
          outChannels * FLOAT,
          outHeight,
          outWidth,
          outChannels,
        );
      }
    });
  });
  return y;
}

/** dFilter[a, b, c, o] = sum over (n, i, j) of x[n, s i + a - top, s j + b - left, c] dy[n, i, j, o]. */
export function filterGradient(
  heap: Heap,
  simd: SimdKernels,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  shape: ConvolutionShape,
): tf.TensorInfo {
  const { filterHeight, filterWidth, inChannels, outChannels, outHeight, outWidth } = shape;
  const gradient = heap.output([filterHeight, filterWidth, inChannels, outChannels]);
  const taps = filterHeight * filterWidth * inChannels;
  const channels = roundUp(outChannels, PANEL);
  const accumulate = (dyPointer: number, target: number): void => {
    simd.fillZero(target, taps * channels * FLOAT);
    withWindows(heap, simd, imagesOf(heap, x, shape), windowsOf(shape), (imageAt, rowPitch) => {
      const bandRowBytes = shape.strideHeight * rowPitch + outWidth * channels * FLOAT;
      const bandRows = Math.max(1, Math.floor(BAND_BYTES / bandRowBytes), Math.ceil(32 / outWidth));
      for (let n = 0; n < shape.batchSize; n++) {
        simd.filterGradientImage(
          imageAt(n),
          shape.strideHeight * rowPitch,
          shape.strideWidth * inChannels * FLOAT,
          filterHeight,
          rowPitch,
          filterWidth * inChannels,
          dyPointer + n * outHeight * outWidth * channels * FLOAT,
          outHeight,
          outWidth,
          channels,
          bandRows,
          target,
        );
      }
    });
  };
  if (channels === outChannels) {
    accumulate(heap.pointer(dy), heap.pointer(gradient));
    return gradient;
  }
  // The kernel takes whole panels of eight output channels: widen dy, and narrow the result.
  const pixels = shape.batchSize * outHeight * outWidth;
  const narrow = outChannels * FLOAT;
  const wide = channels * FLOAT;
  heap.scratch((pixels + taps) * wide, (widened) => {
    simd.fillZero(widened, pixels * wide);
    simd.copyRows(heap.pointer(dy), narrow, widened, wide, pixels, narrow);
    const target = widened + pixels * wide;
    accumulate(widened, target);
    simd.copyRows(target, wide, heap.pointer(gradient), narrow, taps, narrow);
  });
  return gradient;
}

/** dx[n, h, w, c] = sum over (a, b, o) of dy[n, i, j, o] filter[a, b, c, o] where s i + a - top = h, s j + b - left = w.
 *  For stride s the pixels of dx fall into s² phases, each a plain convolution of dy with its share of the filter. */
export function inputGradient(
  heap: Heap,
  simd: SimdKernels,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  shape: ConvolutionShape,
): tf.TensorInfo {
  const { batchSize, inHeight, inWidth, inChannels, filterHeight, filterWidth, strideHeight, strideWidth } =
    shape;
  const dx = heap.output([batchSize, inHeight, inWidth, inChannels]);
  if (filterHeight < strideHeight || filterWidth < strideWidth) {
    simd.fillZero(heap.pointer(dx), batchSize * inHeight * inWidth * inChannels * FLOAT);
  }
  for (let phaseRow = 0; phaseRow < Math.min(strideHeight, filterHeight); phaseRow++) {
    for (let phaseColumn = 0; phaseColumn < Math.min(strideWidth, filterWidth); phaseColumn++) {
      inputGradientPhase(heap, simd, dy, filter, dx, shape, phaseRow, phaseColumn);
    }
  }
  return dx;
}

function inputGradientPhase(
  heap: Heap,
  simd: SimdKernels,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  dx: tf.TensorInfo,
  shape: ConvolutionShape,
  phaseRow: number,
  phaseColumn: number,
): void {
  const { inHeight, inWidth, inChannels, outChannels, strideHeight, strideWidth, padInfo } = shape;
  const vertical = phase(inHeight, shape.filterHeight, strideHeight, padInfo.top, phaseRow);
  const horizontal = phase(inWidth, shape.filterWidth, strideWidth, padInfo.left, phaseColumn);
  if (vertical.count <= 0 || horizontal.count <= 0) return;
  const windows: Windows = {
    height: vertical.count,
    width: horizontal.count,
    rows: vertical.taps,
    columns: horizontal.taps,
    strideHeight: 1,
    strideWidth: 1,
    top: vertical.before,
    left: horizontal.before,
  };
  const taps = windows.rows * windows.columns * outChannels;
  heap.scratch(panelBytes(taps, inChannels), (panels) => {
    simd.packTurnedFilter(
      heap.pointer(filter),
      shape.filterWidth,
      inChannels,
      outChannels,
      strideHeight,
      strideWidth,
      phaseRow,
      phaseColumn,
      windows.rows,
      windows.columns,
      panels,
    );
    const flow: Images = {
      pointer: heap.pointer(dy),
      height: shape.outHeight,
      width: shape.outWidth,
      channels: outChannels,
    };
    withWindows(heap, simd, flow, windows, (imageAt, rowPitch) => {
      const pixel = inChannels * FLOAT;
      const first = heap.pointer(dx) + (vertical.first * inWidth + horizontal.first) * pixel;
      for (let n = 0; n < shape.batchSize; n++) {
        simd.convolveImage(
          imageAt(n),
          rowPitch,
          outChannels * FLOAT,
          windows.rows,
          rowPitch,
          windows.columns * outChannels,
          panels,
          first + n * inHeight * inWidth * pixel,
          strideHeight * inWidth * pixel,
          strideWidth * pixel,
          windows.height,
          windows.width,
          inChannels,
        );
      }
    });
  });
}

/** One dimension of a phase: input pixels `first`, `first + stride`, ... (`count` of them), each fed by `taps` outputs,
 *  the first of which lie `before` outputs ahead of the map. */
function phase(
  size: number,
  filterSize: number,
  stride: number,
  padding: number,
  offset: number,
): { first: number; count: number; taps: number; before: number } {
  const taps = Math.ceil((filterSize - offset) / stride);
  const from = Math.max(0, Math.ceil((padding - offset) / stride));
  const to = Math.floor((padding + size - 1 - offset) / stride);
  return { first: stride * from + offset - padding, count: to - from + 1, taps, before: taps - 1 - from };
}

/** Calls `use` with images in which every window lies inside: the images themselves, else one zero-bordered copy that is
 *  refilled for each image. `imageAt(n)` is the address of image n's first window, `rowPitch` the bytes of an image row. */
function withWindows(
  heap: Heap,
  simd: SimdKernels,
  images: Images,
  windows: Windows,
  use: (imageAt: (n: number) => number, rowPitch: number) => void,
): void {
  const pixel = images.channels * FLOAT;
  const rowPitch = images.width * pixel;
  const imageBytes = images.height * rowPitch;
  const height = (windows.height - 1) * windows.strideHeight + windows.rows;
  const width = (windows.width - 1) * windows.strideWidth + windows.columns;
  const inside = height - windows.top <= images.height && width - windows.left <= images.width;
  if (windows.top <= 0 && windows.left <= 0 && inside) {
    const first = images.pointer - windows.top * rowPitch - windows.left * pixel;
    use((n) => first + n * imageBytes, rowPitch);
    return;
  }
  const copyPitch = width * pixel;
  const below = Math.max(0, windows.top);
  const right = Math.max(0, windows.left);
  const skippedRows = Math.max(0, -windows.top);
  const skippedColumns = Math.max(0, -windows.left);
  const rows = Math.max(0, Math.min(images.height - skippedRows, height - below));
  const columns = Math.max(0, Math.min(images.width - skippedColumns, width - right));
  heap.scratch(height * copyPitch, (copy) => {
    simd.fillZero(copy, height * copyPitch);
    const from = images.pointer + skippedRows * rowPitch + skippedColumns * pixel;
    const to = copy + below * copyPitch + right * pixel;
    use((n) => {
      simd.copyRows(from + n * imageBytes, rowPitch, to, copyPitch, rows, columns * pixel);
      return copy;
    }, copyPitch);
  });
}

function windowsOf(shape: ConvolutionShape): Windows {
  return {
    height: shape.outHeight,
    width: shape.outWidth,
    rows: shape.filterHeight,
    columns: shape.filterWidth,
    strideHeight: shape.strideHeight,
    strideWidth: shape.strideWidth,
    top: shape.padInfo.top,
    left: shape.padInfo.left,
  };
}

function imagesOf(heap: Heap, x: tf.TensorInfo, shape: ConvolutionShape): Images {
  return {
    pointer: heap.pointer(x),
    height: shape.inHeight,
    width: shape.inWidth,
    channels: shape.inChannels,
  };
}

function panelBytes(taps: number, channels: number): number {
  return taps * roundUp(channels, PANEL) * FLOAT;
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
