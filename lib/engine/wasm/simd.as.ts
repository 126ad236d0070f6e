// SIMD kernels over the heap of TensorFlow.js's wasm backend, in AssemblyScript; `npm run build:wasm` compiles this
// file to simd.wasm beside it. Every pointer is a byte address in that heap, every tensor float32 and NHWC.
// Nothing is allocated here and there are no data segments, so the backend's own memory is never disturbed.

const ZERO: v128 = f32x4.splat(0);

// ---------------------------------------------------------------------------------------------------- convolutions

/** Copies `rows` rows of `bytes` bytes between two pitches: an image into the inside of its zero-bordered copy. */
export function copyRows(from: usize, fromPitch: usize, to: usize, toPitch: usize, rows: i32, bytes: usize): void {
  for (let row = 0; row < rows; row++, from += fromPitch, to += toPitch) memory.copy(to, from, bytes);
}

export function fillZero(at: usize, bytes: usize): void {
  memory.fill(at, 0, bytes);
}

/** Filter [taps, outputs] to panels of eight output channels, [ceil(outputs / 8), taps, 8], zeros where there is none. */
export function packFilter(filter: usize, taps: i32, outputs: i32, panels: usize): void {
  for (let first = 0; first < outputs; first += 8) {
    const width = min(8, outputs - first);
    let from = filter + (<usize>first << 2);
    for (let tap = 0; tap < taps; tap++, from += <usize>outputs << 2, panels += 32) {
      if (width == 8) {
        v128.store(panels, v128.load(from));
        v128.store(panels, v128.load(from, 16), 16);
      } else {
        for (let lane = 0; lane < 8; lane++) {
          store<f32>(panels + (<usize>lane << 2), lane < width ? load<f32>(from + (<usize>lane << 2)) : 0);
        }
      }
    }
  }
}

/** Panels of the filter turned by 180 degrees and transposed, for one sub-pixel phase of the input gradient:
 *  panel[q, r, o, c] = filter[stride (rows-1-q) + phaseRow, stride (columns-1-r) + phaseColumn, c, o]. */
export function packTurnedFilter(
  filter: usize, filterWidth: i32, inputs: i32, outputs: i32,
  strideHeight: i32, strideWidth: i32, phaseRow: i32, phaseColumn: i32, rows: i32, columns: i32, panels: usize,
): void {
  for (let first = 0; first < inputs; first += 8) {
    const width = min(8, inputs - first);
    for (let q = 0; q < rows; q++) {
      const row = strideHeight * (rows - 1 - q) + phaseRow;
      for (let r = 0; r < columns; r++) {
        const column = strideWidth * (columns - 1 - r) + phaseColumn;
        const tap = filter + (<usize>(((row * filterWidth + column) * inputs + first) * outputs) << 2);
        let o = 0;
        if (width == 8) {
          for (; o + 4 <= outputs; o += 4, panels += 128) transposeTile(tap + (<usize>o << 2), <usize>outputs << 2, panels);
        }
        for (; o < outputs; o++, panels += 32) {
          let from = tap + (<usize>o << 2);
          for (let lane = 0; lane < 8; lane++, from += <usize>outputs << 2) {
            store<f32>(panels + (<usize>lane << 2), lane < width ? load<f32>(from) : 0);
          }
        }
      }
    }
  }
}

// Eight rows of four floats, `pitch` bytes apart, to four rows of eight.
// @ts-ignore: decorator
@inline
function transposeTile(from: usize, pitch: usize, to: usize): void {
  for (let half: usize = 0; half < 32; half += 16, from += 4 * pitch) {
    const a = v128.load(from);
    const b = v128.load(from + pitch);
    const c = v128.load(from + 2 * pitch);
    const d = v128.load(from + 3 * pitch);
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5);
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5);
    const abHigh = v128.shuffle<f32>(a, b, 2, 6, 3, 7);
    const cdHigh = v128.shuffle<f32>(c, d, 2, 6, 3, 7);
    v128.store(to + half, v128.shuffle<f32>(ab, cd, 0, 1, 4, 5));
    v128.store(to + half, v128.shuffle<f32>(ab, cd, 2, 3, 6, 7), 32);
    v128.store(to + half, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5), 64);
    v128.store(to + half, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7), 96);
  }
}

/** to [columns, rows] = from [rows, columns], transposed, in blocks that fit the cache lines of both. */
export function transposeMatrix(from: usize, rows: i32, columns: i32, to: usize): void {
  for (let first = 0; first < rows; first += 16) {
    const last = min(rows, first + 16);
    for (let column = 0; column < columns; column++) {
      for (let row = first; row < last; row++) {
        const value = load<f32>(from + (<usize>(row * columns + column) << 2));
        store<f32>(to + (<usize>(column * rows + row) << 2), value);
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function multiplyAdd(sum: v128, a: v128, b: v128): v128 {
  return f32x4.add(sum, f32x4.mul(a, b));
}

// Stores the first `count` of eight lanes.
// @ts-ignore: decorator
@inline
function storeLanes(to: usize, low: v128, high: v128, count: i32): void {
  if (count >= 8) {
    v128.store(to, low);
    v128.store(to, high, 16);
    return;
  }
  let rest = low;
  if (count >= 4) {
    v128.store(to, low);
    to += 16;
    count -= 4;
    rest = high;
  }
  if (count > 0) store<f32>(to, f32x4.extract_lane(rest, 0));
  if (count > 1) store<f32>(to, f32x4.extract_lane(rest, 1), 4);
  if (count > 2) store<f32>(to, f32x4.extract_lane(rest, 2), 8);
}

/** One image's convolution: output pixel (i, j) sums `windowRows` runs of `run` floats, which start at
 *  input + i inRow + j inColumn and lie `windowPitch` bytes apart, against the panels of packed weights.
 *  Four pixels by eight channels are held in registers. */
export function convolveImage(
  input: usize, inRow: usize, inColumn: usize, windowRows: i32, windowPitch: usize, run: i32,
  panels: usize, output: usize, outRow: usize, outColumn: usize, height: i32, width: i32, channels: i32,
): void {
  const panelBytes = <usize>(windowRows * run) << 5;
  const pixels = height * width;
  for (let channel = 0; channel < channels; channel += 8, panels += panelBytes, output += 32) {
    const lanes = channels - channel;
    let i = 0;
    let j = 0;
    for (let pixel = 0; pixel < pixels; pixel += 4) {
      // The last tile may be short: its missing pixels repeat the last one and store the same values again.
      let x0 = input + <usize>i * inRow + <usize>j * inColumn;
      const y0 = output + <usize>i * outRow + <usize>j * outColumn;
      if (pixel + 1 < pixels && ++j == width) { j = 0; i++; }
      let x1 = input + <usize>i * inRow + <usize>j * inColumn;
      const y1 = output + <usize>i * outRow + <usize>j * outColumn;
      if (pixel + 2 < pixels && ++j == width) { j = 0; i++; }
      let x2 = input + <usize>i * inRow + <usize>j * inColumn;
      const y2 = output + <usize>i * outRow + <usize>j * outColumn;
      if (pixel + 3 < pixels && ++j == width) { j = 0; i++; }
      let x3 = input + <usize>i * inRow + <usize>j * inColumn;
      const y3 = output + <usize>i * outRow + <usize>j * outColumn;
      if (++j == width) { j = 0; i++; }

      let a0 = ZERO, a1 = ZERO, a2 = ZERO, a3 = ZERO;
      let b0 = ZERO, b1 = ZERO, b2 = ZERO, b3 = ZERO;
      let weight = panels;
      for (let row = 0; row < windowRows; row++) {
        const end = x0 + (<usize>run << 2);
        let p0 = x0, p1 = x1, p2 = x2, p3 = x3;
        while (p0 < end) {
          const low = v128.load(weight);
          const high = v128.load(weight, 16);
          let value = v128.load_splat<f32>(p0);
          a0 = multiplyAdd(a0, value, low);
          b0 = multiplyAdd(b0, value, high);
          value = v128.load_splat<f32>(p1);
          a1 = multiplyAdd(a1, value, low);
          b1 = multiplyAdd(b1, value, high);
          value = v128.load_splat<f32>(p2);
          a2 = multiplyAdd(a2, value, low);
          b2 = multiplyAdd(b2, value, high);
          value = v128.load_splat<f32>(p3);
          a3 = multiplyAdd(a3, value, low);
          b3 = multiplyAdd(b3, value, high);
          weight += 32;
          p0 += 4;
          p1 += 4;
          p2 += 4;
          p3 += 4;
        }
        x0 += windowPitch;
        x1 += windowPitch;
        x2 += windowPitch;
        x3 += windowPitch;
      }
      storeLanes(y0, a0, b0, lanes);
      storeLanes(y1, a1, b1, lanes);
      storeLanes(y2, a2, b2, lanes);
      storeLanes(y3, a3, b3, lanes);
    }
  }
}

// Adds to four rows by eight columns of the filter gradient the sum over pixels of x[row] dy[column].
// @ts-ignore: decorator
@inline
function filterTile4(
  x: usize, xRow: usize, xColumn: usize, dy: usize, dyColumn: usize,
  height: i32, width: i32, gradient: usize, pitch: usize,
): void {
  let a0 = ZERO, a1 = ZERO, a2 = ZERO, a3 = ZERO;
  let b0 = ZERO, b1 = ZERO, b2 = ZERO, b3 = ZERO;
  const rowBytes = <usize>width * dyColumn;
  for (let i = 0; i < height; i++, x += xRow) {
    let p = x;
    for (const end = dy + rowBytes; dy < end; dy += dyColumn, p += xColumn) {
      const low = v128.load(dy);
      const high = v128.load(dy, 16);
      let value = v128.load_splat<f32>(p);
      a0 = multiplyAdd(a0, value, low);
      b0 = multiplyAdd(b0, value, high);
      value = v128.load_splat<f32>(p, 4);
      a1 = multiplyAdd(a1, value, low);
      b1 = multiplyAdd(b1, value, high);
      value = v128.load_splat<f32>(p, 8);
      a2 = multiplyAdd(a2, value, low);
      b2 = multiplyAdd(b2, value, high);
      value = v128.load_splat<f32>(p, 12);
      a3 = multiplyAdd(a3, value, low);
      b3 = multiplyAdd(b3, value, high);
    }
  }
  addTo(gradient, a0, b0);
  addTo(gradient + pitch, a1, b1);
  addTo(gradient + 2 * pitch, a2, b2);
  addTo(gradient + 3 * pitch, a3, b3);
}

// @ts-ignore: decorator
@inline
function filterTile1(
  x: usize, xRow: usize, xColumn: usize, dy: usize, dyColumn: usize, height: i32, width: i32, gradient: usize,
): void {
  let a = ZERO, b = ZERO;
  const rowBytes = <usize>width * dyColumn;
  for (let i = 0; i < height; i++, x += xRow) {
    let p = x;
    for (const end = dy + rowBytes; dy < end; dy += dyColumn, p += xColumn) {
      const value = v128.load_splat<f32>(p);
      a = f32x4.add(a, f32x4.mul(value, v128.load(dy)));
      b = f32x4.add(b, f32x4.mul(value, v128.load(dy, 16)));
    }
  }
  addTo(gradient, a, b);
}

// @ts-ignore: decorator
@inline
function addTo(to: usize, low: v128, high: v128): void {
  v128.store(to, f32x4.add(v128.load(to), low));
  v128.store(to, f32x4.add(v128.load(to, 16), high), 16);
}

/** Adds one image's share of the filter gradient [windowRows, run, channels]; `channels` is a multiple of eight, dy is
 *  dense [height, width, channels]. `bandRows` output rows at a time, so that x and dy stay in the first-level cache. */
export function filterGradientImage(
  x: usize, xRow: usize, xColumn: usize, windowRows: i32, windowPitch: usize, run: i32,
  dy: usize, height: i32, width: i32, channels: i32, bandRows: i32, gradient: usize,
): void {
  const pitch = <usize>channels << 2;
  const whole = run & ~3;
  for (let band = 0; band < height; band += bandRows) {
    const rows = min(bandRows, height - band);
    const bandDy = dy + <usize>(band * width) * pitch;
    let target = gradient;
    for (let row = 0; row < windowRows; row++) {
      let window = x + <usize>band * xRow + <usize>row * windowPitch;
      for (let tap = 0; tap < whole; tap += 4, window += 16, target += 4 * pitch) {
        for (let o: usize = 0; o < pitch; o += 32) {
          filterTile4(window, xRow, xColumn, bandDy + o, pitch, rows, width, target + o, pitch);
        }
      }
      for (let tap = whole; tap < run; tap++, window += 4, target += pitch) {
        for (let o: usize = 0; o < pitch; o += 32) {
          filterTile1(window, xRow, xColumn, bandDy + o, pitch, rows, width, target + o);
        }
      }
    }
  }
}

// ------------------------------------------------------------------------------------------------------ batch norm
// Sums over rows are taken in float32 within blocks of 64 rows and in float64 across the blocks.

const BLOCK_ROWS: i32 = 64;

// @ts-ignore: decorator
@inline
function addLanes(totals: usize, lanes: v128): void {
  v128.store(totals, f64x2.add(v128.load(totals), f64x2.promote_low_f32x4(lanes)));
  const high = i64x2.shuffle(lanes, lanes, 1, 0);
  v128.store(totals, f64x2.add(v128.load(totals, 16), f64x2.promote_low_f32x4(high)), 16);
}

// @ts-ignore: decorator
@inline
function addScalar(total: usize, value: f32): void {
  store<f64>(total, load<f64>(total) + <f64>value);
}

/** totals[c] += sum over rows of x[row, c]. */
export function channelSums(x: usize, rows: i32, channels: i32, totals: usize): void {
  const pitch = <usize>channels << 2;
  for (let done = 0; done < rows; done += BLOCK_ROWS) {
    const block = min(BLOCK_ROWS, rows - done);
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      let p = x + (<usize>c << 2);
      let s0 = ZERO, s1 = ZERO, s2 = ZERO, s3 = ZERO;
      let row = 0;
      for (; row + 4 <= block; row += 4, p += 4 * pitch) {
        s0 = f32x4.add(s0, v128.load(p));
        s1 = f32x4.add(s1, v128.load(p + pitch));
        s2 = f32x4.add(s2, v128.load(p + 2 * pitch));
        s3 = f32x4.add(s3, v128.load(p + 3 * pitch));
      }
      for (; row < block; row++, p += pitch) s0 = f32x4.add(s0, v128.load(p));
      addLanes(totals + (<usize>c << 3), f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
    }
    for (; c < channels; c++) {
      let sum: f32 = 0;
      let p = x + (<usize>c << 2);
      for (let row = 0; row < block; row++, p += pitch) sum += load<f32>(p);
      addScalar(totals + (<usize>c << 3), sum);
    }
    x += <usize>block * pitch;
  }
}

/** totals[c] += sum over rows of (x[row, c] - mean[c])². */
export function channelSquaredDeviations(x: usize, rows: i32, channels: i32, mean: usize, totals: usize): void {
  const pitch = <usize>channels << 2;
  for (let done = 0; done < rows; done += BLOCK_ROWS) {
    const block = min(BLOCK_ROWS, rows - done);
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      const m = v128.load(mean + (<usize>c << 2));
      let p = x + (<usize>c << 2);
      let s0 = ZERO, s1 = ZERO;
      let row = 0;
      for (; row + 2 <= block; row += 2, p += 2 * pitch) {
        const d0 = f32x4.sub(v128.load(p), m);
        const d1 = f32x4.sub(v128.load(p + pitch), m);
        s0 = f32x4.add(s0, f32x4.mul(d0, d0));
        s1 = f32x4.add(s1, f32x4.mul(d1, d1));
      }
      if (row < block) {
        const d0 = f32x4.sub(v128.load(p), m);
        s0 = f32x4.add(s0, f32x4.mul(d0, d0));
      }
      addLanes(totals + (<usize>c << 3), f32x4.add(s0, s1));
    }
    for (; c < channels; c++) {
      const m = load<f32>(mean + (<usize>c << 2));
      let sum: f32 = 0;
      let p = x + (<usize>c << 2);
      for (let row = 0; row < block; row++, p += pitch) sum += (load<f32>(p) - m) * (load<f32>(p) - m);
      addScalar(totals + (<usize>c << 3), sum);
    }
    x += <usize>block * pitch;
  }
}

/** y = (x - mean) gain + offset, per channel. */
export function normalise(
  x: usize, rows: i32, channels: i32, mean: usize, gain: usize, offset: usize, y: usize,
): void {
  const whole = <usize>(channels & ~3) << 2;
  const pitch = <usize>channels << 2;
  for (let row = 0; row < rows; row++, x += pitch, y += pitch) {
    let c: usize = 0;
    for (; c < whole; c += 16) {
      const centred = f32x4.sub(v128.load(x + c), v128.load(mean + c));
      v128.store(y + c, f32x4.add(f32x4.mul(centred, v128.load(gain + c)), v128.load(offset + c)));
    }
    for (; c < pitch; c += 4) {
      store<f32>(y + c, (load<f32>(x + c) - load<f32>(mean + c)) * load<f32>(gain + c) + load<f32>(offset + c));
    }
  }
}

/** sums[c] += sum of dy; products[c] += sum of dy (x - mean). */
export function normaliseGradientSums(
  x: usize, dy: usize, rows: i32, channels: i32, mean: usize, sums: usize, products: usize,
): void {
  const pitch = <usize>channels << 2;
  for (let done = 0; done < rows; done += BLOCK_ROWS) {
    const block = min(BLOCK_ROWS, rows - done);
    let c = 0;
    for (; c + 4 <= channels; c += 4) {
      const at = <usize>c << 2;
      const m = v128.load(mean + at);
      let p = x + at;
      let d = dy + at;
      let s0 = ZERO, s1 = ZERO, t0 = ZERO, t1 = ZERO;
      let row = 0;
      for (; row + 2 <= block; row += 2, p += 2 * pitch, d += 2 * pitch) {
        const d0 = v128.load(d);
        const d1 = v128.load(d + pitch);
        s0 = f32x4.add(s0, d0);
        s1 = f32x4.add(s1, d1);
        t0 = f32x4.add(t0, f32x4.mul(d0, f32x4.sub(v128.load(p), m)));
        t1 = f32x4.add(t1, f32x4.mul(d1, f32x4.sub(v128.load(p + pitch), m)));
      }
      if (row < block) {
        const d0 = v128.load(d);
        s0 = f32x4.add(s0, d0);
        t0 = f32x4.add(t0, f32x4.mul(d0, f32x4.sub(v128.load(p), m)));
      }
      addLanes(sums + 2 * at, f32x4.add(s0, s1));
      addLanes(products + 2 * at, f32x4.add(t0, t1));
    }
    for (; c < channels; c++) {
      const at = <usize>c << 2;
      const m = load<f32>(mean + at);
      let sum: f32 = 0;
      let product: f32 = 0;
      let p = x + at;
      let d = dy + at;
      for (let row = 0; row < block; row++, p += pitch, d += pitch) {
        sum += load<f32>(d);
        product += load<f32>(d) * (load<f32>(p) - m);
      }
      addScalar(sums + 2 * at, sum);
      addScalar(products + 2 * at, product);
    }
    x += <usize>block * pitch;
    dy += <usize>block * pitch;
  }
}

/** dx = gain (dy - dyMean - (x - mean) slope), per channel. */
export function normaliseGradient(
  x: usize, dy: usize, rows: i32, channels: i32, mean: usize, gain: usize, dyMean: usize, slope: usize, dx: usize,
): void {
  const whole = <usize>(channels & ~3) << 2;
  const pitch = <usize>channels << 2;
  for (let row = 0; row < rows; row++, x += pitch, dy += pitch, dx += pitch) {
    let c: usize = 0;
    for (; c < whole; c += 16) {
      const centred = f32x4.sub(v128.load(x + c), v128.load(mean + c));
      const direct = f32x4.sub(v128.load(dy + c), v128.load(dyMean + c));
      const inside = f32x4.sub(direct, f32x4.mul(centred, v128.load(slope + c)));
      v128.store(dx + c, f32x4.mul(v128.load(gain + c), inside));
    }
    for (; c < pitch; c += 4) {
      const centred = load<f32>(x + c) - load<f32>(mean + c);
      const inside = load<f32>(dy + c) - load<f32>(dyMean + c) - centred * load<f32>(slope + c);
      store<f32>(dx + c, load<f32>(gain + c) * inside);
    }
  }
}

// ------------------------------------------------------------------------------------------------------ activations

/** dx = dy where y > 0, else 0. */
export function reluGradient(dy: usize, y: usize, size: i32, dx: usize): void {
  const end = dx + (<usize>(size & ~3) << 2);
  for (; dx < end; dx += 16, dy += 16, y += 16) {
    v128.store(dx, v128.and(v128.load(dy), f32x4.gt(v128.load(y), ZERO)));
  }
  for (let rest = size & 3; rest > 0; rest--, dx += 4, dy += 4, y += 4) {
    store<f32>(dx, load<f32>(y) > 0 ? load<f32>(dy) : 0);
  }
}

/** newVelocity = momentum velocity + (gradient + weightDecay weight); newWeight = weight - learningRate newVelocity. */
export function momentumUpdate(
  weight: usize, gradient: usize, velocity: usize, size: i32,
  learningRate: f32, momentum: f32, weightDecay: f32, newWeight: usize, newVelocity: usize,
): void {
  const end = newWeight + (<usize>(size & ~3) << 2);
  const rate = f32x4.splat(learningRate), kept = f32x4.splat(momentum), decay = f32x4.splat(weightDecay);
  for (; newWeight < end; newWeight += 16, newVelocity += 16, weight += 16, gradient += 16, velocity += 16) {
    const w = v128.load(weight);
    const decayed = f32x4.add(v128.load(gradient), f32x4.mul(w, decay));
    const v = f32x4.add(f32x4.mul(v128.load(velocity), kept), decayed);
    v128.store(newVelocity, v);
    v128.store(newWeight, f32x4.sub(w, f32x4.mul(v, rate)));
  }
  for (let rest = size & 3; rest > 0; rest--, newWeight += 4, newVelocity += 4, weight += 4, gradient += 4, velocity += 4) {
    const w = load<f32>(weight);
    const decayed: f32 = load<f32>(gradient) + w * weightDecay;
    const v: f32 = load<f32>(velocity) * momentum + decayed;
    store<f32>(newVelocity, v);
    store<f32>(newWeight, w - v * learningRate);
  }
}

/** to = kept running + share (factor batch). */
export function movingAverage(
  running: usize, batch: usize, size: i32, kept: f32, share: f32, factor: f32, to: usize,
): void {
  for (const end = to + (<usize>size << 2); to < end; to += 4, running += 4, batch += 4) {
    store<f32>(to, load<f32>(running) * kept + load<f32>(batch) * factor * share);
  }
}

/** mask = 1 at the k largest |x| of each channel of one image [pixels, channels], ties to the lowest pixel, else 0.
 *  The k-th largest is found by bisection over the bits of |x|, which order as the values do; four channels at a time.
 *  `scratch` holds 16 bytes a pixel. */
export function topKMaskImage(x: usize, pixels: i32, channels: i32, k: i32, mask: usize, scratch: usize): void {
  const pitch = <usize>channels << 2;
  const magnitude = i32x4.splat(0x7fffffff);
  const wanted = i32x4.splat(k);
  const one = i32x4.splat(1);
  for (let channel = 0; channel < channels; channel += 4, x += 16, mask += 16) {
    const lanes = min(4, channels - channel);
    let high = i32x4.splat(0);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const bits = v128.and(loadLanes(x + <usize>pixel * pitch, lanes), magnitude);
      v128.store(scratch + (<usize>pixel << 4), bits);
      high = i32x4.max_s(high, bits);
    }
    // At least k values reach `low`, fewer than k exceed `high`; the k-th largest lies between them.
    let low = i32x4.splat(0);
    while (v128.any_true(i32x4.lt_s(low, high))) {
      const middle = i32x4.add(low, i32x4.shr_u(i32x4.add(i32x4.sub(high, low), one), 1));
      const reached = countAtLeast(scratch, pixels, middle);
      const enough = i32x4.ge_s(reached, wanted);
      low = v128.bitselect(middle, low, enough);
      high = v128.bitselect(high, i32x4.sub(middle, one), enough);
      high = v128.bitselect(low, high, i32x4.eq(reached, wanted));
    }
    let quota = i32x4.sub(wanted, countAtLeast(scratch, pixels, i32x4.add(low, one)));
    for (let pixel = 0; pixel < pixels; pixel++) {
      const bits = v128.load(scratch + (<usize>pixel << 4));
      const tie = v128.and(i32x4.eq(bits, low), i32x4.gt_s(quota, ZERO));
      quota = i32x4.add(quota, tie);
      const chosen = v128.and(v128.or(i32x4.gt_s(bits, low), tie), f32x4.splat(1));
      const to = mask + <usize>pixel * pitch;
      storeLanes4(to, chosen, lanes);
    }
  }
}

// @ts-ignore: decorator
@inline
function loadLanes(from: usize, count: i32): v128 {
  if (count == 4) return v128.load(from);
  let lanes = f32x4.replace_lane(ZERO, 0, load<f32>(from));
  if (count > 1) lanes = f32x4.replace_lane(lanes, 1, load<f32>(from, 4));
  if (count > 2) lanes = f32x4.replace_lane(lanes, 2, load<f32>(from, 8));
  return lanes;
}

// How many of the values reach the bound, per lane. A true comparison is -1.
// @ts-ignore: decorator
@inline
function countAtLeast(values: usize, count: i32, bound: v128): v128 {
  let c0 = ZERO, c1 = ZERO, c2 = ZERO, c3 = ZERO;
  let i = 0;
  for (; i + 4 <= count; i += 4, values += 64) {
    c0 = i32x4.sub(c0, i32x4.ge_s(v128.load(values), bound));
    c1 = i32x4.sub(c1, i32x4.ge_s(v128.load(values, 16), bound));
    c2 = i32x4.sub(c2, i32x4.ge_s(v128.load(values, 32), bound));
    c3 = i32x4.sub(c3, i32x4.ge_s(v128.load(values, 48), bound));
  }
  for (; i < count; i++, values += 16) c0 = i32x4.sub(c0, i32x4.ge_s(v128.load(values), bound));
  return i32x4.add(i32x4.add(c0, c1), i32x4.add(c2, c3));
}

// ---------------------------------------------------------------------------------------------------------- pooling

/** Adds dy to the first maximum of every window of one image; dx starts as zeros. */
export function maxPoolGradientImage(
  x: usize, y: usize, dy: usize, dx: usize, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
): void {
  const pitch = <usize>channels << 2;
  for (let i = 0; i < outHeight; i++) {
    const firstRow = max(0, i * strideHeight - top);
    const lastRow = min(inHeight, i * strideHeight - top + filterHeight);
    for (let j = 0; j < outWidth; j++, y += pitch, dy += pitch) {
      const firstColumn = max(0, j * strideWidth - left);
      const lastColumn = min(inWidth, j * strideWidth - left + filterWidth);
      for (let c = 0; c < channels; c += 4) {
        const lanes = min(4, channels - c);
        const maximum = loadLanes(y + (<usize>c << 2), lanes);
        const flow = loadLanes(dy + (<usize>c << 2), lanes);
        let open = i32x4.splat(-1);
        for (let row = firstRow; row < lastRow; row++) {
          for (let column = firstColumn; column < lastColumn; column++) {
            const at = (<usize>(row * inWidth + column) * channels + c) << 2;
            const here = v128.and(open, f32x4.eq(loadLanes(x + at, lanes), maximum));
            const sum = f32x4.add(loadLanes(dx + at, lanes), v128.and(flow, here));
            storeLanes4(dx + at, sum, lanes);
            open = v128.andnot(open, here);
          }
        }
      }
    }
  }
}

/** Spreads dy evenly over the pixels of every window of one image that lie inside it; dx starts as zeros. */
export function averagePoolGradientImage(
  dy: usize, dx: usize, inHeight: i32, inWidth: i32, channels: i32, outHeight: i32, outWidth: i32,
  filterHeight: i32, filterWidth: i32, strideHeight: i32, strideWidth: i32, top: i32, left: i32,
): void {
  const pitch = <usize>channels << 2;
  for (let i = 0; i < outHeight; i++) {
    const firstRow = max(0, i * strideHeight - top);
    const lastRow = min(inHeight, i * strideHeight - top + filterHeight);
    for (let j = 0; j < outWidth; j++, dy += pitch) {
      const firstColumn = max(0, j * strideWidth - left);
      const lastColumn = min(inWidth, j * strideWidth - left + filterWidth);
      const share = f32x4.splat(1 / <f32>((lastRow - firstRow) * (lastColumn - firstColumn)));
      for (let c = 0; c < channels; c += 4) {
        const lanes = min(4, channels - c);
        const flow = f32x4.mul(loadLanes(dy + (<usize>c << 2), lanes), share);
        for (let row = firstRow; row < lastRow; row++) {
          for (let column = firstColumn; column < lastColumn; column++) {
            const at = (<usize>(row * inWidth + column) * channels + c) << 2;
            storeLanes4(dx + at, f32x4.add(loadLanes(dx + at, lanes), flow), lanes);
          }
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function storeLanes4(to: usize, lanes: v128, count: i32): void {
  if (count == 4) v128.store(to, lanes);
  else storeLanes(to, lanes, lanes, count);
}
