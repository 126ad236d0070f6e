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

/** The half of a grey image's spectrum that determines the other: opposite frequencies of real values are conjugates. */
export interface Spectrum {
  readonly width: number;
  readonly height: number;
  /** Columns, of the frequencies 0 to `floor(width / 2)`, each with `height` frequencies, zero first. */
  readonly columns: number;
  /** Complex numbers, interleaved as real, imaginary. Column `v` begins at `v * pitch`. */
  readonly values: Float64Array;
  readonly pitch: number;
}

/** What transforms of one image size work with. */
interface Desk {
  readonly spectrum: Spectrum;
  /** As large as a spectrum. */
  readonly aside: Float64Array;
  readonly image: Float64Array;
  readonly line: Float64Array;
  readonly out: Float64Array;
}

/** Images come in sets of one size: what the last one needed is used again. */
let desk: Desk | undefined;

function deskFor(width: number, height: number): Desk {
  if (desk?.spectrum.width === width && desk.spectrum.height === height) return desk;
  const columns = Math.floor(width / 2) + 1;
  // An odd number of cache lines: rows of columns then do not compete for the same place in the cache.
  const pitch = 8 * (2 * Math.floor(height / 8) + 3);
  const [values, aside] = [new Float64Array(columns * pitch), new Float64Array(columns * pitch)];
  desk = {
    spectrum: { width, height, columns, values, pitch },
    aside,
    image: new Float64Array(width * height),
    line: new Float64Array(2 * width),
    out: new Float64Array(2 * width),
  };
  return desk;
}

/** The Fourier transform of a grey image of `height x width` values; it may be changed, and holds until the next one. */
export function imageSpectrum(image: ArrayLike<number>, width: number, height: number): Spectrum {
  const { spectrum, aside, line, out } = deskFor(width, height);
  const { columns, pitch } = spectrum;
  const rows = lineTransform(width);
  // Two real rows make one complex line; its spectrum falls apart into theirs by symmetry.
  for (let row = 0; row < height; row += 2) {
    const second = row + 1 < height;
    for (let column = 0, at = row * width; column < width; column++, at++) {
      line[2 * column] = image[at];
      line[2 * column + 1] = second ? image[at + width] : 0;
    }
    rows.forward(out, line);
    for (let v = 0, to = 2 * row; v < columns; v++, to += pitch) {
      const place = 2 * v;
      const mirror = v === 0 ? 0 : 2 * (width - v);
      aside[to] = (out[place] + out[mirror]) / 2;
      aside[to + 1] = (out[place + 1] - out[mirror + 1]) / 2;
      if (second) {
        aside[to + 2] = (out[place + 1] + out[mirror + 1]) / 2;
        aside[to + 3] = (out[mirror] - out[place]) / 2;
      }
    }
  }
  transformColumns(aside, spectrum.values, spectrum);
  return spectrum;
}

/** The inverse transform: an image of `height x width` values; it may be changed, and holds until the next one. */
export function realImage(spectrum: Spectrum): Float64Array {
  const { width, height, columns, values, pitch } = spectrum;
  const { aside, image, line, out } = deskFor(width, height);
  transformColumns(values, aside, spectrum);
  const rows = lineTransform(width);
  const scale = 1 / (width * height);
  // The inverse transform is the forward one, read backwards.
  for (let row = 0; row < height; row += 2) {
    const second = row + 1 < height;
    const first = row === 0 ? 0 : 2 * (height - row);
    const next = second ? 2 * (height - row - 1) : first;
    for (let v = 0, from = 0; v < columns; v++, from += pitch) {
      const re1 = aside[from + first];
      const im1 = aside[from + first + 1];
      const re2 = aside[from + next];
      const im2 = aside[from + next + 1];
      // First row + i second row, at this frequency and at the opposite one, where both are conjugated.
      const mirror = v === 0 ? 0 : 2 * (width - v);
      line[mirror] = re1 + im2;
      line[mirror + 1] = re2 - im1;
      line[2 * v] = re1 - im2;
      line[2 * v + 1] = im1 + re2;
    }
    rows.forward(out, line);
    for (let column = 0, from = 0, at = row * width; column < width; column++, at++) {
      image[at] = out[from] * scale;
      if (second) image[at + width] = out[from + 1] * scale;
      from = (from === 0 ? 2 * width : from) - 2;
    }
  }
  return image;
}

function transformColumns(from: Float64Array, to: Float64Array, { columns, pitch, height }: Spectrum): void {
  const { forward } = lineTransform(height);
  for (let v = 0, start = 0; v < columns; v++, start += pitch) {
    forward(to.subarray(start, start + 2 * height), from.subarray(start, start + 2 * height));
  }
}

/** Place of the zero frequency along an axis, when spectra are drawn or stored with it in the middle. */
export function centre(size: number): number {
  return Math.floor(size / 2);
}
