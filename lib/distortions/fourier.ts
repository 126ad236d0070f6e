// Discrete Fourier transforms of lines and of grey images, of any size, in double precision.
import FFT from 'fft.js';

/** Transforms lines of one length; complex numbers are interleaved: real, imaginary. */
export interface LineTransform {
  readonly size: number;
  /** `out[k] = sum over j of data[j] exp(-2 pi i j k / size)`; `out` must not be `data`. */
  forward(out: Float64Array, data: Float64Array): void;
}

const transforms = new Map<number, LineTransform>();

/** The transform of lines of `size` complex numbers; made once a size. */
export function lineTransform(size: number): LineTransform {
  let transform = transforms.get(size);
  if (transform === undefined) {
    transform = makeTransform(size);
    transforms.set(size, transform);
  }
  return transform;
}

/** An odd factor up to this is cheaper done by its definition. */
const LARGEST_ODD_FACTOR = 15;

function makeTransform(size: number): LineTransform {
  if (size < 2) return identity(size);
  let power = 1;
  while (size % (2 * power) === 0) power *= 2;
  if (power === size) return powerOfTwo(size);
  return size / power <= LARGEST_ODD_FACTOR && power > 1
    ? oddTimesPower(size / power, power)
    : bluestein(size);
}

function identity(size: number): LineTransform {
  return { size, forward: (out, data) => out.set(data) };
}

function powerOfTwo(size: number): LineTransform {
  const fft = new FFT(size);
  return { size, forward: (out, data) => fft.transform(out, data) };
}

/** Cooley and Tukey's step: `odd` interleaved lines of a power of two are transformed, turned, and joined `odd` at a time. */
function oddTimesPower(odd: number, power: number): LineTransform {
  const size = odd * power;
  const fft = new FFT(power);
  const part = new Float64Array(2 * power);
  const parts = Array.from({ length: odd }, () => new Float64Array(2 * power));
  const turn = (k: number, of: number): [number, number] => {
    const angle = (-2 * Math.PI * (k % of)) / of;
    return [Math.cos(angle), Math.sin(angle)];
  };
  const turns = parts.map((_, r) =>
    Float64Array.from({ length: 2 * power }, (_, i) => turn(r * (i >> 1), size)[i & 1]),
  );
  const half = (odd - 1) / 2;
  // Of the joining transform: by frequency and pair of terms, 1 to half.
  const cos = Float64Array.from(
    { length: half * half },
    (_, i) => turn((1 + Math.floor(i / half)) * (1 + (i % half)), odd)[0],
  );
  const sin = Float64Array.from(
    { length: half * half },
    (_, i) => turn((1 + Math.floor(i / half)) * (1 + (i % half)), odd)[1],
  );
  const sums = new Float64Array(4 * half);
  const forward = (out: Float64Array, data: Float64Array): void => {
    for (let r = 0; r < odd; r++) {
      for (let j = 0, from = 2 * r; j < 2 * power; j += 2, from += 2 * odd) {
        part[j] = data[from];
        part[j + 1] = data[from + 1];
      }
      fft.transform(parts[r], part);
    }
    for (let at = 0; at < 2 * power; at += 2) {
      const re0 = parts[0][at];
      const im0 = parts[0][at + 1];
      let re = re0;
      let im = im0;
      // Terms r and odd - r, turned: their sum and their difference.
      for (let r = 1; r <= half; r++) {
        const first = parts[r];
        const second = parts[odd - r];
        const turnFirst = turns[r];
        const turnSecond = turns[odd - r];
        const a = first[at] * turnFirst[at] - first[at + 1] * turnFirst[at + 1];
        const b = first[at] * turnFirst[at + 1] + first[at + 1] * turnFirst[at];
        const c = second[at] * turnSecond[at] - second[at + 1] * turnSecond[at + 1];
        const d = second[at] * turnSecond[at + 1] + second[at + 1] * turnSecond[at];
        const place = 4 * (r - 1);
        sums[place] = a + c;
        sums[place + 1] = b + d;
        sums[place + 2] = a - c;
        sums[place + 3] = b - d;
        re += a + c;
        im += b + d;
      }
      out[at] = re;
      out[at + 1] = im;
      // The joining transform by its definition; frequencies k and odd - k share their products.
      for (let k = 1; k <= half; k++) {
        let evenRe = re0;
        let evenIm = im0;
        let oddRe = 0;
        let oddIm = 0;
        for (let r = 0, place = 0, row = (k - 1) * half; r < half; r++, place += 4) {
          const c = cos[row + r];
          const s = sin[row + r];
          evenRe += c * sums[place];
          evenIm += c * sums[place + 1];
          oddRe -= s * sums[place + 3];
          oddIm += s * sums[place + 2];
        }
        const low = at + 2 * power * k;
        const high = at + 2 * power * (odd - k);
        out[low] = evenRe + oddRe;
        out[low + 1] = evenIm + oddIm;
        out[high] = evenRe - oddRe;
        out[high + 1] = evenIm - oddIm;
      }
    }
  };
  return { size, forward };
}

/** Bluestein's algorithm: `jk = (j² + k² - (k - j)²) / 2` makes any transform a convolution, done in a power of two. */
function bluestein(size: number): LineTransform {
  const padded = 2 ** Math.ceil(Math.log2(2 * size - 1));
  const fft = new FFT(padded);
  const chirp = new Float64Array(2 * size);
  const kernel = new Float64Array(2 * padded);
  for (let j = 0; j < size; j++) {
    // j² modulo 2 size keeps the angle small and so exact.
    const angle = (Math.PI * ((j * j) % (2 * size))) / size;
    chirp[2 * j] = Math.cos(angle);
    chirp[2 * j + 1] = Math.sin(angle);
    for (const place of [j, (padded - j) % padded]) {
      kernel[2 * place] = chirp[2 * j];
      kernel[2 * place + 1] = chirp[2 * j + 1];
    }
  }
  const kernelSpectrum = new Float64Array(2 * padded);
  fft.transform(kernelSpectrum, kernel);
  const line = new Float64Array(2 * padded);
  const spectrum = new Float64Array(2 * padded);
  const forward = (out: Float64Array, data: Float64Array): void => {
    line.fill(0, 2 * size);
    for (let j = 0; j < 2 * size; j += 2) {
      line[j] = data[j] * chirp[j] + data[j + 1] * chirp[j + 1];
      line[j + 1] = data[j + 1] * chirp[j] - data[j] * chirp[j + 1];
    }
    fft.transform(spectrum, line);
    // The inverse transform is the forward one of the conjugate, conjugated and divided by the size.
    for (let k = 0; k < 2 * padded; k += 2) {
      const [re, im] = [spectrum[k], spectrum[k + 1]];
      line[k] = re * kernelSpectrum[k] - im * kernelSpectrum[k + 1];
      line[k + 1] = -(re * kernelSpectrum[k + 1] + im * kernelSpectrum[k]);
    }
    fft.transform(spectrum, line);
    for (let k = 0; k < 2 * size; k += 2) {
      const [re, im] = [spectrum[k] / padded, -spectrum[k + 1] / padded];
      out[k] = re * chirp[k] + im * chirp[k + 1];
      out[k + 1] = im * chirp[k] - re * chirp[k + 1];
    }
  };
  return { size, forward };
}

/** A spectrum, `height x width`, zero frequency first. */
export interface Spectrum {
  readonly width: number;
  readonly height: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** The Fourier transform of a grey image of `height x width` values. */
export function imageSpectrum(values: ArrayLike<number>, width: number, height: number): Spectrum {
  const [re, im] = [new Float64Array(width * height), new Float64Array(width * height)];
  const half = Math.floor(width / 2) + 1;
  const rows = lineTransform(width);
  const [line, out] = [new Float64Array(2 * width), new Float64Array(2 * width)];
  // Two real rows make one complex line; its spectrum falls apart into theirs by symmetry.
  for (let row = 0; row < height; row += 2) {
    const second = row + 1 < height;
    for (let column = 0; column < width; column++) {
      line[2 * column] = values[row * width + column];
      line[2 * column + 1] = second ? values[(row + 1) * width + column] : 0;
    }
    rows.forward(out, line);
    for (let v = 0; v < half; v++) {
      const mirror = 2 * ((width - v) % width);
      const at = row * width + v;
      re[at] = (out[2 * v] + out[mirror]) / 2;
      im[at] = (out[2 * v + 1] - out[mirror + 1]) / 2;
      if (!second) continue;
      re[at + width] = (out[2 * v + 1] + out[mirror + 1]) / 2;
      im[at + width] = (out[mirror] - out[2 * v]) / 2;
    }
  }
  transformColumns(re, im, width, height, half, 1);
  for (let u = 0; u < height; u++) {
    const mirror = ((height - u) % height) * width;
    for (let v = half; v < width; v++) {
      re[u * width + v] = re[mirror + width - v];
      im[u * width + v] = -im[mirror + width - v];
    }
  }
  return { width, height, re, im };
}

/** The real part of the inverse transform: an image of `height x width` values. */
export function realImage({ width, height, re, im }: Spectrum): Float64Array {
  const half = Math.floor(width / 2) + 1;
  const [a, b] = [new Float64Array(width * height), new Float64Array(width * height)];
  // Real parts come from the spectrum's symmetric share alone, so half of its columns will do.
  for (let u = 0; u < height; u++) {
    const mirror = ((height - u) % height) * width;
    for (let v = 0; v < half; v++) {
      const opposite = mirror + ((width - v) % width);
      a[u * width + v] = (re[u * width + v] + re[opposite]) / 2;
      b[u * width + v] = (im[u * width + v] - im[opposite]) / 2;
    }
  }
  transformColumns(a, b, width, height, half, -1);
  const values = new Float64Array(width * height);
  const rows = lineTransform(width);
  const [line, out] = [new Float64Array(2 * width), new Float64Array(2 * width)];
  const scale = 1 / (width * height);
  for (let row = 0; row < height; row += 2) {
    const next = row + 1 < height ? (row + 1) * width : -1;
    for (let v = 0; v < width; v++) {
      const place = v < half ? v : width - v;
      const sign = v < half ? 1 : -1;
      const re1 = a[row * width + place];
      const im1 = sign * b[row * width + place];
      const re2 = next < 0 ? 0 : a[next + place];
      const im2 = next < 0 ? 0 : sign * b[next + place];
      // First row + i second row, conjugated: the inverse transform by the forward one.
      line[2 * v] = re1 - im2;
      line[2 * v + 1] = -(im1 + re2);
    }
    rows.forward(out, line);
    for (let column = 0; column < width; column++) {
      values[row * width + column] = out[2 * column] * scale;
      if (next >= 0) values[next + column] = -out[2 * column + 1] * scale;
    }
  }
  return values;
}

/** Transforms the first `count` columns in place; `sign` -1 is the inverse, not divided by the size. */
function transformColumns(
  re: Float64Array,
  im: Float64Array,
  width: number,
  height: number,
  count: number,
  sign: 1 | -1,
): void {
  const columns = lineTransform(height);
  const [line, out] = [new Float64Array(2 * height), new Float64Array(2 * height)];
  for (let v = 0; v < count; v++) {
    for (let u = 0; u < height; u++) {
      line[2 * u] = re[u * width + v];
      line[2 * u + 1] = sign * im[u * width + v];
    }
    columns.forward(out, line);
    for (let u = 0; u < height; u++) {
      re[u * width + v] = out[2 * u];
      im[u * width + v] = sign * out[2 * u + 1];
    }
  }
}

/** Place of the zero frequency along an axis, when spectra are drawn or stored with it in the middle. */
export function centre(size: number): number {
  return Math.floor(size / 2);
}
