// @ts-nocheck This is AssemblyScript: `npm run build:wasm` compiles it to pixels.wasm beside it.
// SIMD kernels over single-precision pixels. Every pointer is a byte address. Counts are of values; what lies behind the last one, up
// to a multiple of 16, may be read and overwritten. Nothing is allocated here and there are no data segments.

const ZERO: v128 = f32x4.splat(0);
const ONE: v128 = f32x4.splat(1);

// ------------------------------------------------------------------------------------------------ bytes

/** value = byte / 255. The quotient's reciprocal in two parts, of which the first has few bits, gives all 256 as division does. */
export function fromBytes(from: usize, to: usize, count: i32): void {
  const coarse = f32x4.splat(0.0039215087890625);
  const fine = f32x4.splat(5.983839201917363e-8);
  for (let i = 0; i < count; i += 4, from += 4, to += 16) {
    const numbers = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from)));
    const values = f32x4.convert_i32x4_u(numbers);
    v128.store(to, f32x4.add(f32x4.mul(values, coarse), f32x4.mul(values, fine)));
  }
}

/** byte = trunc(255 value + margin), cut to [0, 255]; in double precision. */
export function toBytes(from: usize, to: usize, count: i32, margin: f64): void {
  const whole = f64x2.splat(255);
  const margins = f64x2.splat(margin);
  for (let i = 0; i < count; i += 4, from += 16, to += 4) {
    const values = v128.load(from);
    const low = f64x2.promote_low_f32x4(values);
    const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(values, values, 2, 3, 2, 3));
    const a = i32x4.trunc_sat_f64x2_u_zero(f64x2.add(f64x2.mul(low, whole), margins));
    const b = i32x4.trunc_sat_f64x2_u_zero(f64x2.add(f64x2.mul(high, whole), margins));
    const numbers = i32x4.min_u(v128.shuffle<i32>(a, b, 0, 1, 4, 5), i32x4.splat(255));
    const halves = i16x8.narrow_i32x4_u(numbers, numbers);
    v128.store32_lane(to, i8x16.narrow_i16x8_u(halves, halves), 0);
  }
}

/** Each pixel becomes three floats that stand for its bytes in `table`: 256 rows of four floats, one a channel and one unused. */
export function lookUpGrey(from: usize, to: usize, pixels: i32, table: usize): void {
  for (let i = 0; i < pixels; i++, from++, to += 12) {
    // The fourth float is overwritten by the next pixel.
    v128.store(to, v128.load(table + ((<usize>load<u8>(from)) << 4)));
  }
}

export function lookUpColour(from: usize, to: usize, pixels: i32, table: usize): void {
  for (let i = 0; i < pixels; i++, from += 3, to += 12) {
    store<f32>(to, load<f32>(table + ((<usize>load<u8>(from)) << 4)));
    store<f32>(to, load<f32>(table + ((<usize>load<u8>(from, 1)) << 4), 4), 4);
    store<f32>(to, load<f32>(table + ((<usize>load<u8>(from, 2)) << 4), 8), 8);
  }
}

// ------------------------------------------------------------------------------------------------ values

function cut(value: v128): v128 {
  return f32x4.max(ZERO, f32x4.min(ONE, value));
}

/** As whole numbers, the bits of floats from 0 to 1 are ordered as they are; those of NaN, of larger and of negative floats are greater. */
function allUpToOne(largestBits: v128): bool {
  return i32x4.all_true(i32x4.le_u(largestBits, i32x4.splat(0x3f800000)));
}

/** Whether `count` values, and those behind them up to a multiple of 4, all lie in [0, 1]; also false where a value is -0. */
export function allInside(at: usize, count: i32): bool {
  let largest = ZERO;
  for (let i = 0; i < count; i += 4, at += 16) largest = i32x4.max_u(largest, v128.load(at));
  return allUpToOne(largest);
}

/** `0.2125 R + 0.7154 G + 0.0721 B`, at most 1; greys stay exactly what they are. Returns what `allInside` does. */
export function greyscale(from: usize, to: usize, pixels: i32): bool {
  const red = f32x4.splat(0.2125);
  const blue = f32x4.splat(0.0721);
  let largest = ZERO;
  for (let i = 0; i < pixels; i += 4, from += 48, to += 16) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    const c = v128.load(from, 32);
    largest = i32x4.max_u(largest, i32x4.max_u(a, i32x4.max_u(b, c)));
    // Each shuffle takes its first half from one operand, its second from the other: a single instruction.
    const late = v128.shuffle<f32>(b, c, 2, 3, 5, 6);
    const early = v128.shuffle<f32>(a, b, 1, 2, 4, 5);
    const r = v128.shuffle<f32>(a, late, 0, 3, 4, 6);
    const g = v128.shuffle<f32>(early, late, 0, 2, 5, 7);
    const bl = v128.shuffle<f32>(early, c, 1, 3, 4, 7);
    const towardsRed = f32x4.mul(red, f32x4.sub(r, g));
    const towardsBlue = f32x4.mul(blue, f32x4.sub(bl, g));
    const sum = f32x4.add(g, f32x4.add(towardsRed, towardsBlue));
    v128.store(to, f32x4.min(ONE, sum));
  }
  return allUpToOne(largest);
}

/** value = offset + slope value, cut to [0, 1]. */
export function scale(at: usize, count: i32, slope: f32, offset: f32): void {
  const slopes = f32x4.splat(slope);
  const offsets = f32x4.splat(offset);
  for (let i = 0; i < count; i += 4, at += 16) {
    v128.store(at, cut(f32x4.add(offsets, f32x4.mul(slopes, v128.load(at)))));
  }
}

/** value = offset + slope value + spread draw, cut to [0, 1]. */
export function addNoise(at: usize, draws: usize, count: i32, slope: f32, offset: f32, spread: f32): void {
  const slopes = f32x4.splat(slope);
  const offsets = f32x4.splat(offset);
  const spreads = f32x4.splat(spread);
  for (let i = 0; i < count; i += 4, at += 16, draws += 16) {
    const scaled = f32x4.add(offsets, f32x4.mul(slopes, v128.load(at)));
    v128.store(at, cut(f32x4.add(scaled, f32x4.mul(spreads, v128.load(draws)))));
  }
}

/** The first `count` numbers of `Random(seed)` (lib/random.ts, Mulberry32): its state only counts, so four come at a time. */
export function uniform(at: usize, count: i32, seed: i32): void {
  const step: i32 = 0x6d2b79f5;
  let state = i32x4.splat(seed);
  state = i32x4.replace_lane(state, 0, seed + step);
  state = i32x4.replace_lane(state, 1, seed + 2 * step);
  state = i32x4.replace_lane(state, 2, seed + 3 * step);
  state = i32x4.replace_lane(state, 3, seed + 4 * step);
  const steps = i32x4.splat(4 * step);
  const unit = f32x4.splat(1.0 / 4294967296.0);
  for (let i = 0; i < count; i += 4, at += 16) {
    let t = i32x4.mul(v128.xor(state, i32x4.shr_u(state, 15)), v128.or(state, i32x4.splat(1)));
    const turned = i32x4.mul(v128.xor(t, i32x4.shr_u(t, 7)), v128.or(t, i32x4.splat(61)));
    t = v128.xor(t, i32x4.add(t, turned));
    t = v128.xor(t, i32x4.shr_u(t, 14));
    v128.store(at, f32x4.mul(f32x4.convert_i32x4_u(t), unit));
    state = i32x4.add(state, steps);
  }
}

// ------------------------------------------------------------------------------------------------ Gaussian

/** Filters rows by symmetric weights of the distances 0 to `radius`: values are taken less `outside`, and nothing lies outside.
 *  `to` has rows of `pitch` floats, a multiple of 16; `line` has room for `pitch + 2 radius`. */
export function filterRows(
  from: usize,
  width: i32,
  height: i32,
  outside: f32,
  weights: usize,
  radius: i32,
  line: usize,
  to: usize,
  pitch: i32,
): void {
  memory.fill(line, 0, (<usize>(pitch + 2 * radius)) << 2);
  const middle = line + ((<usize>radius) << 2);
  const first = v128.load32_splat(weights);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, from += 4) {
      store<f32>(middle + ((<usize>column) << 2), load<f32>(from) - outside);
    }
    for (let column = 0; column < pitch; column += 16, to += 64) {
      const at = middle + ((<usize>column) << 2);
      let a = f32x4.mul(first, v128.load(at));
      let b = f32x4.mul(first, v128.load(at, 16));
      let c = f32x4.mul(first, v128.load(at, 32));
      let d = f32x4.mul(first, v128.load(at, 48));
      let before = at;
      let after = at;
      let weight = weights;
      for (let x = 1; x <= radius; x++) {
        before -= 4;
        after += 4;
        weight += 4;
        const w = v128.load32_splat(weight);
        a = f32x4.add(a, f32x4.mul(w, f32x4.add(v128.load(before), v128.load(after))));
        b = f32x4.add(b, f32x4.mul(w, f32x4.add(v128.load(before, 16), v128.load(after, 16))));
        c = f32x4.add(c, f32x4.mul(w, f32x4.add(v128.load(before, 32), v128.load(after, 32))));
        d = f32x4.add(d, f32x4.mul(w, f32x4.add(v128.load(before, 48), v128.load(after, 48))));
      }
      v128.store(to, a);
      v128.store(to, b, 16);
      v128.store(to, c, 32);
      v128.store(to, d, 48);
    }
  }
}

/** Filters columns likewise; both sides have rows of `pitch` floats. */
export function filterColumns(
  from: usize,
  pitch: i32,
  height: i32,
  weights: usize,
  radius: i32,
  to: usize,
): void {
  const bytes = (<usize>pitch) << 2;
  const first = v128.load32_splat(weights);
  // A strip of 16 columns stays in the cache while all its rows are filtered.
  for (let strip: usize = 0; strip < bytes; strip += 64) {
    for (let row = 0; row < height; row++) {
      const at = from + <usize>row * bytes + strip;
      let a = f32x4.mul(first, v128.load(at));
      let b = f32x4.mul(first, v128.load(at, 16));
      let c = f32x4.mul(first, v128.load(at, 32));
      let d = f32x4.mul(first, v128.load(at, 48));
      const below = height - 1 - row;
      const both = min(radius, min(row, below));
      let before = at;
      let after = at;
      let weight = weights;
      for (let x = 1; x <= both; x++) {
        before -= bytes;
        after += bytes;
        weight += 4;
        const w = v128.load32_splat(weight);
        a = f32x4.add(a, f32x4.mul(w, f32x4.add(v128.load(before), v128.load(after))));
        b = f32x4.add(b, f32x4.mul(w, f32x4.add(v128.load(before, 16), v128.load(after, 16))));
        c = f32x4.add(c, f32x4.mul(w, f32x4.add(v128.load(before, 32), v128.load(after, 32))));
        d = f32x4.add(d, f32x4.mul(w, f32x4.add(v128.load(before, 48), v128.load(after, 48))));
      }
      // One of the sides may go on where the other has ended.
      const upwards = row > below;
      const last = min(radius, upwards ? row : below);
      let place = upwards ? before : after;
      for (let x = both + 1; x <= last; x++) {
        place = upwards ? place - bytes : place + bytes;
        weight += 4;
        const w = v128.load32_splat(weight);
        a = f32x4.add(a, f32x4.mul(w, v128.load(place)));
        b = f32x4.add(b, f32x4.mul(w, v128.load(place, 16)));
        c = f32x4.add(c, f32x4.mul(w, v128.load(place, 32)));
        d = f32x4.add(d, f32x4.mul(w, v128.load(place, 48)));
      }
      const out = to + <usize>row * bytes + strip;
      v128.store(out, a);
      v128.store(out, b, 16);
      v128.store(out, c, 32);
      v128.store(out, d, 48);
    }
  }
}

/** Rows of `pitch` floats to rows without gaps, `offset` added, cut to [0, 1]. */
export function joinRows(from: usize, pitch: i32, width: i32, height: i32, offset: f32, to: usize): void {
  const offsets = f32x4.splat(offset);
  for (let row = 0; row < height; row++) {
    const start = from + ((<usize>(row * pitch)) << 2);
    // What a row writes too much the next one overwrites.
    for (let column = 0; column < width; column += 4) {
      const at = (<usize>column) << 2;
      v128.store(to + at, cut(f32x4.add(offsets, v128.load(start + at))));
    }
    to += (<usize>width) << 2;
  }
}

/** fine = fine - coarse + (mean - mean of the difference), cut to [0, 1]. */
export function difference(fine: usize, coarse: usize, count: i32, mean: f64): void {
  let sums = f64x2.splat(0);
  const whole = count & ~3;
  let at: usize = 0;
  for (let i = 0; i < whole; i += 4, at += 16) {
    const d = f32x4.sub(v128.load(fine + at), v128.load(coarse + at));
    v128.store(fine + at, d);
    const high = v128.shuffle<f32>(d, d, 2, 3, 2, 3);
    sums = f64x2.add(sums, f64x2.add(f64x2.promote_low_f32x4(d), f64x2.promote_low_f32x4(high)));
  }
  let sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  for (let i = whole; i < count; i++, at += 4) {
    const d = load<f32>(fine + at) - load<f32>(coarse + at);
    store<f32>(fine + at, d);
    sum += d;
  }
  scale(fine, count, 1, <f32>(mean - sum / count));
}

// ------------------------------------------------------------------------------------------------ phases

/** Cosines and sines of `slope (draw - 0.5)`, angles in [-pi, pi]; to 2e-7. */
export function turns(draws: usize, count: i32, slope: f32, cosines: usize, sines: usize): void {
  for (let i = 0; i < count; i += 4, draws += 16, cosines += 16, sines += 16) {
    const angle = f32x4.mul(f32x4.splat(slope), f32x4.sub(v128.load(draws), f32x4.splat(0.5)));
    // The rest of the angle after quarter turns, in [-pi/4, pi/4]; pi/2 in two parts.
    const quarters = f32x4.nearest(f32x4.mul(angle, f32x4.splat(0.6366197723675814)));
    let rest = f32x4.sub(angle, f32x4.mul(quarters, f32x4.splat(1.5703125)));
    rest = f32x4.sub(rest, f32x4.mul(quarters, f32x4.splat(0.0004838267948966)));
    const square = f32x4.mul(rest, rest);
    // Taylor's series.
    let sine = f32x4.add(f32x4.splat(-1.0 / 5040), f32x4.mul(square, f32x4.splat(1.0 / 362880)));
    sine = f32x4.add(f32x4.splat(1.0 / 120), f32x4.mul(square, sine));
    sine = f32x4.add(f32x4.splat(-1.0 / 6), f32x4.mul(square, sine));
    sine = f32x4.add(rest, f32x4.mul(f32x4.mul(rest, square), sine));
    let cosine = f32x4.add(f32x4.splat(1.0 / 40320), f32x4.mul(square, f32x4.splat(-1.0 / 3628800)));
    cosine = f32x4.add(f32x4.splat(-1.0 / 720), f32x4.mul(square, cosine));
    cosine = f32x4.add(f32x4.splat(1.0 / 24), f32x4.mul(square, cosine));
    cosine = f32x4.add(f32x4.splat(-0.5), f32x4.mul(square, cosine));
    cosine = f32x4.add(ONE, f32x4.mul(square, cosine));
    const quadrant = i32x4.trunc_sat_f32x4_s(quarters);
    const odd = i32x4.eq(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(1));
    const sineSign = i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30);
    const cosineSign = i32x4.shl(v128.and(i32x4.add(quadrant, i32x4.splat(1)), i32x4.splat(2)), 30);
    v128.store(cosines, v128.xor(v128.bitselect(sine, cosine, odd), cosineSign));
    v128.store(sines, v128.xor(v128.bitselect(cosine, sine, odd), sineSign));
  }
}
