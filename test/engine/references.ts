// Plain loops in double precision: what the engine's kernels are compared with.

export interface ConvolutionCase {
  batch: number;
  height: number;
  width: number;
  inputs: number;
  outputs: number;
  filter: [number, number];
  stride: [number, number];
  /** top, bottom, left, right */
  padding: [number, number, number, number];
}

export interface ConvolutionReference {
  outHeight: number;
  outWidth: number;
  y: Float64Array;
  dx: Float64Array;
  dFilter: Float64Array;
}

/** y, and the gradients of sum(y dy) with respect to x and filter; `dyAt(index)` supplies dy. */
export function convolutionReference(
  x: ArrayLike<number>,
  filter: ArrayLike<number>,
  dyAt: (index: number) => number,
  c: ConvolutionCase,
): ConvolutionReference {
  const [filterHeight, filterWidth] = c.filter;
  const [top, bottom, left, right] = c.padding;
  const outHeight = Math.floor((c.height + top + bottom - filterHeight) / c.stride[0]) + 1;
  const outWidth = Math.floor((c.width + left + right - filterWidth) / c.stride[1]) + 1;
  const y = new Float64Array(c.batch * outHeight * outWidth * c.outputs);
  const dx = new Float64Array(x.length);
  const dFilter = new Float64Array(filter.length);
  for (let n = 0; n < c.batch; n++) {
    for (let i = 0; i < outHeight; i++) {
      for (let j = 0; j < outWidth; j++) {
        for (let a = 0; a < filterHeight; a++) {
          for (let b = 0; b < filterWidth; b++) {
            const row = i * c.stride[0] + a - top;
            const column = j * c.stride[1] + b - left;
            if (row < 0 || row >= c.height || column < 0 || column >= c.width) continue;
            for (let input = 0; input < c.inputs; input++) {
              const xAt = ((n * c.height + row) * c.width + column) * c.inputs + input;
              for (let output = 0; output < c.outputs; output++) {
                const filterAt = ((a * filterWidth + b) * c.inputs + input) * c.outputs + output;
                const yAt = ((n * outHeight + i) * outWidth + j) * c.outputs + output;
                y[yAt] += x[xAt] * filter[filterAt];
                dx[xAt] += dyAt(yAt) * filter[filterAt];
                dFilter[filterAt] += dyAt(yAt) * x[xAt];
              }
            }
          }
        }
      }
    }
  }
  return { outHeight, outWidth, y, dx, dFilter };
}

export interface BatchNormReference {
  y: Float64Array;
  mean: Float64Array;
  variance: Float64Array;
  dx: Float64Array;
  dScale: Float64Array;
  dOffset: Float64Array;
}

/** Training batch norm of x [rows, channels] and its gradients. */
export function batchNormReference(
  x: ArrayLike<number>,
  dy: ArrayLike<number>,
  scale: ArrayLike<number>,
  offset: ArrayLike<number>,
  epsilon: number,
): BatchNormReference {
  const channels = scale.length;
  const rows = x.length / channels;
  const zeros = (): Float64Array => new Float64Array(channels);
  const [mean, variance, dScale, dOffset] = [zeros(), zeros(), zeros(), zeros()];
  for (let i = 0; i < x.length; i++) mean[i % channels] += x[i] / rows;
  for (let i = 0; i < x.length; i++) variance[i % channels] += (x[i] - mean[i % channels]) ** 2 / rows;
  const normalised = Float64Array.from(
    { length: x.length },
    (_, i) => (x[i] - mean[i % channels]) / Math.sqrt(variance[i % channels] + epsilon),
  );
  const y = normalised.map((value, i) => value * scale[i % channels] + offset[i % channels]);
  for (let i = 0; i < x.length; i++) {
    dOffset[i % channels] += dy[i];
    dScale[i % channels] += dy[i] * normalised[i];
  }
  const dx = normalised.map((value, i) => {
    const c = i % channels;
    const gain = scale[c] / Math.sqrt(variance[c] + epsilon);
    return gain * (dy[i] - dOffset[c] / rows - (value * dScale[c]) / rows);
  });
  return { y, mean, variance, dx, dScale, dOffset };
}

/** Largest difference, relative to the largest reference value. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  let difference = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]));
    const here = Math.abs(actual[i] - expected[i]);
    difference = here <= difference ? difference : here;
  }
  return difference / (largest || 1);
}
