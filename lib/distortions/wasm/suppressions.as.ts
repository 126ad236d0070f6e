// @ts-nocheck This is AssemblyScript: `npm run build:wasm` compiles it to suppressions.wasm beside it.
// SIMD kernels over 8-bit pictures. Every pointer is a byte address. Pictures are row by row with channels together; up to 64 bytes behind
// the end of an array may be read and overwritten. Nothing is allocated here and there are no data segments.

const ZERO: v128 = i32x4.splat(0);

// ------------------------------------------------------------------------------------------------ patches

/** Copies a rectangle of `rows` rows of `bytes` bytes between pictures whose rows are `pitch` bytes. */
export function copyPatch(from: usize, to: usize, pitch: i32, bytes: i32, rows: i32): void {
  if (bytes < 16) {
    for (let row = 0; row < rows; row++, from += pitch, to += pitch) {
      for (let i = 0; i < bytes; i++) store<u8>(to + i, load<u8>(from + i));
    }
    return;
  }
  const last: usize = bytes - 16;
  for (let row = 0; row < rows; row++, from += pitch, to += pitch) {
    for (let i: usize = 0; i < last; i += 16) v128.store(to + i, v128.load(from + i));
    v128.store(to + last, v128.load(from + last));
  }
}

/** Turns each of `grid x grid` cells of a square of `side` pixels by its number of quarter turns counter-clockwise, an i32 each. */
export function turnPatches(from: usize, to: usize, side: i32, channels: i32, grid: i32, turns: usize): void {
  const cell = side / grid;
  for (let row = 0; row < side; row++) {
    const inCell = row % cell;
    const band = from + (row - inCell) * side * channels;
    const bandTurns = turns + (((row / cell) * grid) << 2);
    for (let patch = 0; patch < grid; patch++) {
      let first = inCell * side;
      let step = 1;
      const turn = load<i32>(bandTurns + (patch << 2));
      if (turn === 1) {
        first = cell - 1 - inCell;
        step = side;
      } else if (turn === 2) {
        first = (cell - 1 - inCell) * side + cell - 1;
        step = -1;
      } else if (turn === 3) {
        first = (cell - 1) * side + inCell;
        step = -side;
      }
      let at = band + (patch * cell + first) * channels;
      if (channels === 1) {
        for (let i = 0; i < cell; i++, at += step, to++) store<u8>(to, load<u8>(at));
      } else {
        const bytes = step * 3;
        // The fourth byte is overwritten by the next pixel.
        for (let i = 0; i < cell; i++, at += bytes, to += 3) store<u32>(to, load<u32>(at));
      }
    }
  }
}

// ------------------------------------------------------------------------------------------------ resizing

/** A row at another width, 128 times as large, as i32. For each of `count` pixels `first` and `second` say the places of two pixels, in
 *  bytes, and their weights, which sum to 2048; an i32 each. */
export function resizeRow(
  from: usize,
  count: i32,
  channels: i32,
  first: usize,
  second: usize,
  firstWeights: usize,
  secondWeights: usize,
  to: usize,
): void {
  for (let i = 0; i < count; i++, first += 4, second += 4, firstWeights += 4, secondWeights += 4) {
    const a = from + load<u32>(first);
    const b = from + load<u32>(second);
    const weightA = load<i32>(firstWeights);
    const weightB = load<i32>(secondWeights);
    for (let channel = 0; channel < channels; channel++, to += 4) {
      store<i32>(to, (<i32>load<u8>(a + channel) * weightA + <i32>load<u8>(b + channel) * weightB) >> 4);
    }
  }
}

/** Bytes between two such rows; each product is rounded down before the sum is rounded to the nearest. */
export function blendRows(a: usize, b: usize, weightA: i32, weightB: i32, count: i32, to: usize): void {
  const weightsA = i32x4.splat(weightA);
  const weightsB = i32x4.splat(weightB);
  for (let i = 0; i < count; i += 4, a += 16, b += 16, to += 4) {
    const partA = i32x4.shr_s(i32x4.mul(v128.load(a), weightsA), 16);
    const partB = i32x4.shr_s(i32x4.mul(v128.load(b), weightsB), 16);
    const sum = i32x4.shr_s(i32x4.add(i32x4.add(partA, partB), i32x4.splat(2)), 2);
    const halves = i16x8.narrow_i32x4_u(sum, sum);
    v128.store32_lane(to, i8x16.narrow_i16x8_u(halves, halves), 0);
  }
}

// ------------------------------------------------------------------------------------------------ colour

/** Five pixels at a time, in the order of the first 16 bytes at `order`. */
export function shuffleChannels(from: usize, to: usize, pixels: i32, order: usize): void {
  const places = v128.load(order);
  for (let i = 0; i < pixels; i += 5, from += 15, to += 15) {
    v128.store(to, i8x16.swizzle(v128.load(from), places));
  }
}

/** trunc(255 (colourShare byte / 255 + greyShare luma / 255)) in single precision. */
export function blendGrey(from: usize, to: usize, pixels: i32, colourShare: f32, greyShare: f32): void {
  const colour = f32x4.splat(colourShare);
  const grey = f32x4.splat(greyShare);
  const redAndGreen = i32x4.splat(9798 | (19235 << 16));
  const blueAndHalf = i32x4.splat(3735 | (16384 << 16));
  const one = i32x4.splat(1 << 16);
  for (let i = 0; i < pixels; i += 4, from += 12, to += 12) {
    const bytes = v128.load(from);
    // Luma of four pixels: pairs of red and green, and of blue and 1.
    const pairs = i8x16.swizzle(bytes, i8x16(0, -1, 1, -1, 3, -1, 4, -1, 6, -1, 7, -1, 9, -1, 10, -1));
    const blues = i8x16.swizzle(bytes, i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1));
    const sum = i32x4.add(
      i32x4.dot_i16x8_s(pairs, redAndGreen),
      i32x4.dot_i16x8_s(v128.or(blues, one), blueAndHalf),
    );
    const luma = f32x4.mul(grey, inUnits(i32x4.shr_u(sum, 15)));
    const low = i16x8.extend_low_i8x16_u(bytes);
    const high = i16x8.extend_high_i8x16_u(bytes);
    const a = blended(i32x4.extend_low_i16x8_u(low), colour, v128.shuffle<f32>(luma, luma, 0, 0, 0, 1));
    const b = blended(i32x4.extend_high_i16x8_u(low), colour, v128.shuffle<f32>(luma, luma, 1, 1, 2, 2));
    const c = blended(i32x4.extend_low_i16x8_u(high), colour, v128.shuffle<f32>(luma, luma, 2, 3, 3, 3));
    v128.store(to, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, c)));
  }
}

function inUnits(bytes: v128): v128 {
  return f32x4.div(f32x4.convert_i32x4_s(bytes), f32x4.splat(255));
}

function blended(bytes: v128, colour: v128, luma: v128): v128 {
  const sum = f32x4.add(f32x4.mul(colour, inUnits(bytes)), luma);
  return i32x4.trunc_sat_f32x4_s(f32x4.mul(sum, f32x4.splat(255)));
}

// ------------------------------------------------------------------------------------------------ Gaussian

function weightedSum(first: usize, second: usize, weight: v128): v128 {
  return i16x8.mul(i16x8.add(v128.load_ext<u8>(first), v128.load_ext<u8>(second)), weight);
}

/** One row of filtered columns, 256 times as large, less 32768: they fit 16 bits since the weights sum to 256. `rows` is the place of the
 *  row's own entry in the list of rows (see `gaussianBlur`). */
function filterColumns(from: usize, rows: usize, radius: i32, values: i32, weights: usize, to: usize): void {
  const middle = v128.load16_splat(weights);
  const less = i16x8.splat(-32768);
  let here = from + load<u32>(rows);
  for (let i = 0; i < values; i += 32, from += 32, here += 32, to += 64) {
    let a = i16x8.mul(v128.load_ext<u8>(here), middle);
    let b = i16x8.mul(v128.load_ext<u8>(here, 8), middle);
    let c = i16x8.mul(v128.load_ext<u8>(here, 16), middle);
    let d = i16x8.mul(v128.load_ext<u8>(here, 24), middle);
    for (let distance = 4; distance <= radius << 2; distance += 4) {
      const weight = v128.load16_splat(weights + distance);
      const above = from + load<u32>(rows - distance);
      const below = from + load<u32>(rows + distance);
      a = i16x8.add(a, weightedSum(above, below, weight));
      b = i16x8.add(b, weightedSum(above + 8, below + 8, weight));
      c = i16x8.add(c, weightedSum(above + 16, below + 16, weight));
      d = i16x8.add(d, weightedSum(above + 24, below + 24, weight));
    }
    v128.store(to, v128.xor(a, less));
    v128.store(to, v128.xor(b, less), 16);
    v128.store(to, v128.xor(c, less), 32);
    v128.store(to, v128.xor(d, less), 48);
  }
}

function lowDot(first: v128, second: v128, weights: v128): v128 {
  return i32x4.dot_i16x8_s(v128.shuffle<i16>(first, second, 0, 8, 1, 9, 2, 10, 3, 11), weights);
}

function highDot(first: v128, second: v128, weights: v128): v128 {
  return i32x4.dot_i16x8_s(v128.shuffle<i16>(first, second, 4, 12, 5, 13, 6, 14, 7, 15), weights);
}

/** A row of the result from a line of filtered columns, `step` bytes between pixels. */
function filterRow(at: usize, step: usize, radius: i32, values: i32, weights: usize, to: usize): void {
  // Next to each value a number that makes, times another, half a unit and 256 times the 32768 that the sums are less.
  const number = i16x8.splat(16448);
  const middle = v128.or(i32x4.splat(512 << 16), v128.load32_splat(weights));
  for (let i = 0; i < values; i += 32, at += 64) {
    let v = v128.load(at);
    let a = lowDot(v, number, middle);
    let b = highDot(v, number, middle);
    v = v128.load(at, 16);
    let c = lowDot(v, number, middle);
    let d = highDot(v, number, middle);
    v = v128.load(at, 32);
    let e = lowDot(v, number, middle);
    let f = highDot(v, number, middle);
    v = v128.load(at, 48);
    let g = lowDot(v, number, middle);
    let h = highDot(v, number, middle);
    let before = at;
    let after = at;
    for (let distance = 4; distance <= radius << 2; distance += 4) {
      const weight = v128.load16_splat(weights + distance);
      before -= step;
      after += step;
      v = v128.load(before);
      let w = v128.load(after);
      a = i32x4.add(a, lowDot(v, w, weight));
      b = i32x4.add(b, highDot(v, w, weight));
      v = v128.load(before, 16);
      w = v128.load(after, 16);
      c = i32x4.add(c, lowDot(v, w, weight));
      d = i32x4.add(d, highDot(v, w, weight));
      v = v128.load(before, 32);
      w = v128.load(after, 32);
      e = i32x4.add(e, lowDot(v, w, weight));
      f = i32x4.add(f, highDot(v, w, weight));
      v = v128.load(before, 48);
      w = v128.load(after, 48);
      g = i32x4.add(g, lowDot(v, w, weight));
      h = i32x4.add(h, highDot(v, w, weight));
    }
    v128.store(to + i, bytesOf(a, b, c, d));
    v128.store(to + i, bytesOf(e, f, g, h), 16);
  }
}

/** Filters columns, then rows. `rows` holds the places of all rows in bytes, `radius` mirrored ones more on each side, as i32; `columns` those of
 *  the pixels of a row in values, likewise; `weights` those of the distances 0 to `radius`, i32. `line` has room for a row with `radius` pixels
 *  more on each side, as i16. */
export function gaussianBlur(
  from: usize,
  rows: usize,
  height: i32,
  width: i32,
  channels: i32,
  radius: i32,
  columns: usize,
  weights: usize,
  line: usize,
  to: usize,
): void {
  const values = width * channels;
  const step: usize = channels << 1;
  const start = line + <usize>radius * step;
  rows += radius << 2;
  for (let row = 0; row < height; row++, rows += 4, to += values) {
    filterColumns(from, rows, radius, values, weights, start);
    mirrorEnds(start, width, channels, radius, columns);
    filterRow(start, step, radius, values, weights, to);
  }
}

/** Goes on at both ends of a line as in a mirror. */
function mirrorEnds(start: usize, width: i32, channels: i32, radius: i32, columns: usize): void {
  const step: usize = channels << 1;
  const lastColumns = columns + ((radius + width) << 2);
  let left = start - <usize>radius * step;
  let right = start + <usize>width * step;
  for (let i: usize = 0; i < (<usize>radius) << 2; i += 4, left += step, right += step) {
    const seenLeft = start + (load<u32>(columns + i) << 1);
    const seenRight = start + (load<u32>(lastColumns + i) << 1);
    for (let channel: usize = 0; channel < step; channel += 2) {
      store<u16>(left + channel, load<u16>(seenLeft + channel));
      store<u16>(right + channel, load<u16>(seenRight + channel));
    }
  }
}

/** The upper halves of sixteen numbers below 2^24. */
function bytesOf(a: v128, b: v128, c: v128, d: v128): v128 {
  return i8x16.narrow_i16x8_u(
    i16x8.narrow_i32x4_u(i32x4.shr_u(a, 16), i32x4.shr_u(b, 16)),
    i16x8.narrow_i32x4_u(i32x4.shr_u(c, 16), i32x4.shr_u(d, 16)),
  );
}

// ------------------------------------------------------------------------------------------------ planes

/** A picture as planes of u16 of `high` rows of `pitch` values, one for each channel. The picture lies `border` values from the left.
 *  `columns` and `rows` hold, for each place of a plane, the pixel that is seen there: i32, columns in bytes. */
export function mirroredPlanes(
  from: usize,
  width: i32,
  channels: i32,
  border: i32,
  columns: usize,
  pitch: i32,
  rows: usize,
  high: i32,
  to: usize,
): void {
  const plane: usize = (high * pitch) << 1;
  for (let row = 0; row < high; row++, to += pitch << 1) {
    const line = from + load<i32>(rows + (row << 2)) * width * channels;
    const inside = to + (border << 1);
    if (channels === 1) splitGrey(line, inside, width);
    else splitColours(line, inside, plane, width);
    for (let column = 0; column < pitch; column++) {
      if (column === border) column += width;
      const seen = line + load<u32>(columns + (column << 2));
      const place = to + (column << 1);
      for (let channel = 0; channel < channels; channel++) {
        store<u16>(place + <usize>channel * plane, load<u8>(seen + channel));
      }
    }
  }
}

function splitGrey(from: usize, to: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i += 8, from += 8, to += 16) v128.store(to, v128.load_ext<u8>(from));
}

function splitColours(from: usize, to: usize, plane: usize, pixels: i32): void {
  for (let i = 0; i < pixels; i += 8, from += 24, to += 16) {
    // Bytes 0 to 15 and 8 to 23.
    const a = v128.load(from);
    const b = v128.load(from, 8);
    const reds = v128.shuffle<i8>(a, b, 0, 3, 6, 9, 12, 15, 26, 29, 0, 0, 0, 0, 0, 0, 0, 0);
    const greens = v128.shuffle<i8>(a, b, 1, 4, 7, 10, 13, 24, 27, 30, 0, 0, 0, 0, 0, 0, 0, 0);
    const blues = v128.shuffle<i8>(a, b, 2, 5, 8, 11, 14, 25, 28, 31, 0, 0, 0, 0, 0, 0, 0, 0);
    v128.store(to, i16x8.extend_low_i8x16_u(reds));
    v128.store(to + plane, i16x8.extend_low_i8x16_u(greens));
    v128.store(to + (plane << 1), i16x8.extend_low_i8x16_u(blues));
  }
}

// ------------------------------------------------------------------------------------------------ bilateral filter

function absoluteDifference(a: v128, b: v128): v128 {
  return i16x8.abs(i16x8.sub(a, b));
}

function byteMeans(low: v128, high: v128, lowWeights: v128, highWeights: v128): v128 {
  return i16x8.narrow_i32x4_s(
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.div(low, lowWeights))),
    i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.div(high, highWeights))),
  );
}

/** The f32 at four addresses of 16 bits. */
function fourAt(first: u32, second: u32): v128 {
  let values = v128.load32_zero(first & 0xffff);
  values = v128.load32_lane(first >> 16, values, 1);
  values = v128.load32_lane(second & 0xffff, values, 2);
  return v128.load32_lane(second >> 16, values, 3);
}

/** Of a row of `columns` pixels the weights of those later in the window, `count` rows of f32, `pitch` values apart. A pixel of the window has in
 *  `taps` its distance from the middle in values, i32, and its weight, f32. */
function weightsOfRow(
  at: usize,
  plane: usize,
  taps: usize,
  count: i32,
  scratch: usize,
  columns: i32,
  pitch: i32,
  to: usize,
): void {
  const third = plane << 1;
  const end = taps + (count << 3);
  for (let column = 0; column < columns; column += 8, at += 16, to += 32) {
    const red = v128.load(at);
    const green = v128.load(at + plane);
    const blue = v128.load(at + third);
    let out = to;
    for (let tap = taps; tap < end; tap += 8, out += (<usize>pitch) << 2) {
      const seen = at + (load<i32>(tap) << 1);
      const difference = i16x8.add(
        i16x8.add(
          absoluteDifference(v128.load(seen), red),
          absoluteDifference(v128.load(seen + plane), green),
        ),
        absoluteDifference(v128.load(seen + third), blue),
      );
      // Eight look-ups by way of memory: faster than taking lanes out of a vector.
      v128.store(scratch, i16x8.shl(difference, 2));
      const space = v128.load32_splat(tap, 4);
      v128.store(out, f32x4.mul(fourAt(load<u32>(scratch), load<u32>(scratch, 4)), space));
      v128.store(out, f32x4.mul(fourAt(load<u32>(scratch, 8), load<u32>(scratch, 12)), space), 16);
    }
  }
}

/** A row of `pitch` values, a multiple of 4, of each of three planes, u16 as f32; the rows of f32 lie one behind the other. */
function rowAsFloats(from: usize, plane: usize, pitch: i32, to: usize): void {
  for (let channel = 0; channel < 3; channel++, from += plane) {
    for (let i: usize = 0; i < (<usize>pitch) << 1; i += 8, to += 16) {
      v128.store(to, f32x4.convert_i32x4_s(v128.load_ext<u16>(from + i)));
    }
  }
}

/** The means of a row. `taps` holds, for each of `count` pixels of the window, where their values and their weights for the row's first pixel lie, i32;
 *  `second` and `third` are the ways from the values of one channel to those of the others, in bytes. */
function meansOfRow(
  taps: usize,
  count: i32,
  second: usize,
  third: usize,
  width: i32,
  channels: i32,
  to: usize,
): void {
  const end = taps + (count << 3);
  for (let column = 0; column < width << 2; column += 32, to += channels << 3) {
    let lowWeights = f32x4.splat(0);
    let highWeights = f32x4.splat(0);
    let lowRed = f32x4.splat(0);
    let highRed = f32x4.splat(0);
    let lowGreen = f32x4.splat(0);
    let highGreen = f32x4.splat(0);
    let lowBlue = f32x4.splat(0);
    let highBlue = f32x4.splat(0);
    for (let tap = taps; tap < end; tap += 8) {
      const values: usize = load<u32>(tap) + column;
      const weights: usize = load<u32>(tap, 4) + column;
      const low = v128.load(weights);
      const high = v128.load(weights, 16);
      lowWeights = f32x4.add(lowWeights, low);
      highWeights = f32x4.add(highWeights, high);
      lowRed = f32x4.add(lowRed, f32x4.mul(low, v128.load(values)));
      highRed = f32x4.add(highRed, f32x4.mul(high, v128.load(values, 16)));
      lowGreen = f32x4.add(lowGreen, f32x4.mul(low, v128.load(values + second)));
      highGreen = f32x4.add(highGreen, f32x4.mul(high, v128.load(values + second, 16)));
      lowBlue = f32x4.add(lowBlue, f32x4.mul(low, v128.load(values + third)));
      highBlue = f32x4.add(highBlue, f32x4.mul(high, v128.load(values + third, 16)));
    }
    const reds = byteMeans(lowRed, highRed, lowWeights, highWeights);
    // What a row writes too much the next one overwrites.
    if (channels === 1) {
      v128.store64_lane(to, i8x16.narrow_i16x8_u(reds, reds), 0);
    } else {
      const greens = byteMeans(lowGreen, highGreen, lowWeights, highWeights);
      const blues = byteMeans(lowBlue, highBlue, lowWeights, highWeights);
      const a = i8x16.narrow_i16x8_u(reds, greens);
      const b = i8x16.narrow_i16x8_u(blues, blues);
      v128.store(to, v128.shuffle<i8>(a, b, 0, 8, 16, 1, 9, 17, 2, 10, 18, 3, 11, 19, 4, 12, 20, 5));
      v128.store64_lane(
        to + 16,
        v128.shuffle<i8>(a, b, 13, 21, 6, 14, 22, 7, 15, 23, 0, 0, 0, 0, 0, 0, 0, 0),
        0,
      );
    }
  }
}

/** Bilateral means of three planes of u16 (of grey pictures two are 0), which begin at `planes` and lie `plane` values apart, rows `pitch` values, and
 *  have `radius` rows more than the result on each side. The weights of differences in colour, f32, lie at the address 0: a difference is then
 *  its weight's address.
 *
 *  A pixel has the same weight for another as that for it, so weights are computed for the `half` pixels of the window that come `later` alone (see
 *  `weightsOfRow`), from the row and the column that lie `radius` before the first. Those of the last `radius + 1` rows are kept in the ring
 *  `weights`, `weightPitch` values apart; twice as many rows of the picture, as f32, in the ring `floats`. `taps` holds, for each place that a row can
 *  have in that ring, those of the whole window (see `meansOfRow`). `scratch` has 16 bytes. */
export function bilateral(
  planes: usize,
  plane: i32,
  pitch: i32,
  radius: i32,
  later: usize,
  half: i32,
  weights: usize,
  weightPitch: i32,
  floats: usize,
  taps: usize,
  scratch: usize,
  width: i32,
  height: i32,
  channels: i32,
  to: usize,
): void {
  const count = 2 * half + 1;
  const kept = radius + 1;
  const planeBytes: usize = plane << 1;
  const rowBytes: usize = pitch << 1;
  let next = 0;
  for (let row = 0; row < height + radius; row++) {
    weightsOfRow(
      planes + <usize>row * rowBytes,
      planeBytes,
      later,
      half,
      scratch,
      width + 2 * radius,
      weightPitch,
      weights + (((row % kept) * half * weightPitch) << 2),
    );
    if (row < radius) continue;
    for (; next <= row + radius; next++) {
      rowAsFloats(
        planes + <usize>next * rowBytes,
        planeBytes,
        pitch,
        floats + <usize>(next % (2 * kept)) * 6 * rowBytes,
      );
    }
    meansOfRow(
      taps + (((row % (2 * kept)) * count) << 3),
      count,
      2 * rowBytes,
      4 * rowBytes,
      width,
      channels,
      to,
    );
    to += width * channels;
  }
}

// ------------------------------------------------------------------------------------------------ non-local means

/** Templates have 15 x 15 pixels. */
const TEMPLATE_RADIUS: i32 = 7;

/** Squared distances of `count` pixels of three planes from those `offset` bytes further, i32. */
function squaredDistances(at: usize, plane: usize, offset: usize, count: i32, to: usize): void {
  const third = plane << 1;
  for (let i = 0; i < count; i += 8, at += 16, to += 32) {
    const other = at + offset;
    const red = i16x8.sub(v128.load(at), v128.load(other));
    const green = i16x8.sub(v128.load(at + plane), v128.load(other + plane));
    const blue = i16x8.sub(v128.load(at + third), v128.load(other + third));
    const low = v128.shuffle<i16>(red, green, 0, 8, 1, 9, 2, 10, 3, 11);
    const high = v128.shuffle<i16>(red, green, 4, 12, 5, 13, 6, 14, 7, 15);
    const lowBlue = v128.shuffle<i16>(blue, ZERO, 0, 8, 1, 9, 2, 10, 3, 11);
    const highBlue = v128.shuffle<i16>(blue, ZERO, 4, 12, 5, 13, 6, 14, 7, 15);
    v128.store(to, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(lowBlue, lowBlue)));
    v128.store(to, i32x4.add(i32x4.dot_i16x8_s(high, high), i32x4.dot_i16x8_s(highBlue, highBlue)), 16);
  }
}

/** Adds a share of the picture that is moved by one offset, and of that moved the other way, to the sums of each pixel: distances between
 *  pixels are the same both ways.
 *
 *  The three planes of u16 begin at `planes`, `plane` values apart, rows of `pitch` values, and the four of sums (weights, then channels), i32,
 *  likewise at `sums`. `first` is the first of `columns x rows` pixels, in values, `offset` the way to the other pixel
 *  in values. `table` holds `entries` weights by the sum of squared distances shifted by `shift`, the last
 *  one 0. `ring` has room for 15 rows of `pitch` i32, `lines` for four. */
export function addMoved(
  planes: usize,
  sums: usize,
  plane: i32,
  pitch: i32,
  first: i32,
  columns: i32,
  rows: i32,
  offset: i32,
  table: usize,
  entries: i32,
  shift: i32,
  ring: usize,
  lines: usize,
): void {
  const line: usize = pitch << 2;
  const wide = columns + 2 * TEMPLATE_RADIUS;
  const ringBytes = <usize>(2 * TEMPLATE_RADIUS + 1) * line;
  const last = i32x4.splat(entries - 1);
  const planeBytes: usize = plane << 1;
  const sumBytes: usize = plane << 2;
  const otherBytes = offset << 1;
  const columnSums = lines;
  const pairs = lines + line;
  const fours = pairs + line;
  const eights = fours + line;
  memory.fill(columnSums, 0, line);
  memory.fill(ring, 0, ringBytes);
  let from = planes + ((first - TEMPLATE_RADIUS * pitch - TEMPLATE_RADIUS) << 1);
  let place: usize = 0;
  for (let row = -2 * TEMPLATE_RADIUS; row < rows; row++, from += pitch << 1) {
    const newest = ring + place;
    place += line;
    if (place === ringBytes) place = 0;
    // The row that leaves the template is the one that the newest replaces.
    for (let i: usize = 0; i < (<usize>wide) << 2; i += 16) {
      v128.store(columnSums + i, i32x4.sub(v128.load(columnSums + i), v128.load(newest + i)));
    }
    squaredDistances(from, planeBytes, otherBytes, wide, newest);
    for (let i: usize = 0; i < (<usize>wide) << 2; i += 16) {
      v128.store(columnSums + i, i32x4.add(v128.load(columnSums + i), v128.load(newest + i)));
    }
    if (row < 0) continue;
    // Sums of 2, 4 and 8 neighbours; 15 are 8 + 4 + 2 + 1.
    for (let i: usize = 0; i < (<usize>wide) << 2; i += 16) {
      v128.store(pairs + i, i32x4.add(v128.load(columnSums + i), v128.load(columnSums + i, 4)));
    }
    for (let i: usize = 0; i < (<usize>wide) << 2; i += 16) {
      v128.store(fours + i, i32x4.add(v128.load(pairs + i), v128.load(pairs + i, 8)));
    }
    for (let i: usize = 0; i < (<usize>wide) << 2; i += 16) {
      v128.store(eights + i, i32x4.add(v128.load(fours + i), v128.load(fours + i, 16)));
    }
    const at = first + row * pitch;
    for (let column = 0; column < columns; column += 4) {
      const i: usize = column << 2;
      const distance = i32x4.add(
        i32x4.add(v128.load(eights + i), v128.load(fours + i, 32)),
        i32x4.add(v128.load(pairs + i, 48), v128.load(columnSums + i, 56)),
      );
      const index = i32x4.min_u(i32x4.shr_u(distance, shift), last);
      if (!v128.any_true(i32x4.ne(index, last))) continue;
      let weights = v128.load32_zero(table + (i32x4.extract_lane(index, 0) << 2));
      weights = v128.load32_lane(table + (i32x4.extract_lane(index, 1) << 2), weights, 1);
      weights = v128.load32_lane(table + (i32x4.extract_lane(index, 2) << 2), weights, 2);
      weights = v128.load32_lane(table + (i32x4.extract_lane(index, 3) << 2), weights, 3);
      const here = at + column;
      addShare(sums + (here << 2), planes + ((here + offset) << 1), weights, planeBytes, sumBytes);
      addShare(sums + ((here + offset) << 2), planes + (here << 1), weights, planeBytes, sumBytes);
    }
  }
}

/** Adds weights, and weighted values, to the sums of four pixels. */
function addShare(sums: usize, values: usize, weights: v128, plane: usize, sumPlane: usize): void {
  v128.store(sums, i32x4.add(v128.load(sums), weights));
  for (let channel = 0; channel < 3; channel++, values += plane) {
    sums += sumPlane;
    // Both are below 2^15, so that the odd halves are 0.
    const share = i32x4.dot_i16x8_s(weights, v128.load_ext<u16>(values));
    v128.store(sums, i32x4.add(v128.load(sums), share));
  }
}

/** Rounded means of sums in planes of i32, of which the first holds the weights. `full` is the weight of each pixel itself, whose values are
 *  in the planes of u16. */
export function means(
  planes: usize,
  sums: usize,
  plane: i32,
  pitch: i32,
  start: i32,
  full: i32,
  width: i32,
  height: i32,
  channels: i32,
  to: usize,
): void {
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = start + row * pitch + column;
      const total = load<u32>(sums + (at << 2)) + full;
      for (let channel = 0; channel < channels; channel++, to++) {
        const own = full * load<u16>(planes + ((channel * plane + at) << 1));
        const sum = load<u32>(sums + (((channel + 1) * plane + at) << 2)) + own;
        store<u8>(to, (sum + (total >> 1)) / total);
      }
    }
  }
}
