// Power equalisation: all images get the same mean spectrum, only their phases stay.
import * as fs from 'node:fs';
import { fromRoot } from '../files';
import { centre, imageSpectrum, realImage } from './fourier';
import { greyInRoom } from './greyscale';
import { clippedGrey, type FloatImage } from './image';

/** Amplitudes of a spectrum, `height x width`, row by row, the zero frequency at row `floor(height / 2)` and column
 *  `floor(width / 2)`. */
export interface AmplitudeSpectrum {
  readonly width: number;
  readonly height: number;
  readonly values: ArrayLike<number>;
}

export interface PowerEqualisationOptions {
  /** Amplitudes that replace the image's. Default: the papers' mean over photographs of 224 x 224; smaller images get its lower
   *  frequencies, as the photographs would have them at that size. */
  spectrum?: AmplitudeSpectrum;
}

/** The grey image with its phases and the given amplitudes, cut to [0, 1]; all images get the same mean grey.
 *  Throws when the spectrum is of another size. Source: Geirhos et al. 2018 (which averages amplitudes, not powers). */
export function powerEqualisation(image: FloatImage, options: PowerEqualisationOptions = {}): FloatImage {
  const { width, height } = image;
  const spectrum = options.spectrum ?? publishedSpectrum(width, height);
  if (spectrum.width !== width || spectrum.height !== height) {
    throw new Error(
      `The image is ${width} x ${height}, the spectrum ${spectrum.width} x ${spectrum.height}. ` +
        'Give the mean spectrum of your own images: meanAmplitudeSpectrum(images).',
    );
  }
  const [grey] = greyInRoom(image);
  const own = imageSpectrum(grey, width, height);
  const { values, columns, pitch } = own;
  const amplitudes = halfOf(spectrum);
  for (let v = 0; v < columns; v++) {
    for (let u = 0, at = v * pitch, from = v * height; u < height; u++, at += 2, from++) {
      const amplitude = Math.sqrt(values[at] * values[at] + values[at + 1] * values[at + 1]);
      if (amplitude > 0) {
        const gain = amplitudes[from] / amplitude;
        values[at] *= gain;
        values[at + 1] *= gain;
      } else {
        // Where there is no amplitude there is no phase: zero, as usual.
        values[at] = amplitudes[from];
        values[at + 1] = 0;
      }
    }
  }
  return clippedGrey(width, height, realImage(own));
}

const halves = new WeakMap<AmplitudeSpectrum, Float64Array>();

/** The amplitudes of the half that determines a spectrum, column after column, zero frequency first. Of opposite frequencies the mean
 *  is taken, which is all that the real part of the inverse knows of them. */
function halfOf(spectrum: AmplitudeSpectrum): Float64Array {
  let half = halves.get(spectrum);
  if (half === undefined) {
    const { width, height, values } = spectrum;
    half = new Float64Array((Math.floor(width / 2) + 1) * height);
    for (let at = 0; at < half.length; at++) {
      const [u, v] = [at % height, Math.floor(at / height)];
      half[at] = (values[centred(u, v, spectrum)] + values[centred(-u, -v, spectrum)]) / 2;
    }
    halves.set(spectrum, half);
  }
  return half;
}

/** Where a frequency is in an amplitude spectrum; frequencies repeat. */
function centred(u: number, v: number, { width, height }: { width: number; height: number }): number {
  const row = (u + height + centre(height)) % height;
  return row * width + ((v + width + centre(width)) % width);
}

/** The mean of the amplitudes of images of one size, in grey. Throws on no images and on different sizes. */
export function meanAmplitudeSpectrum(images: readonly FloatImage[]): AmplitudeSpectrum {
  if (images.length === 0) throw new Error('The mean spectrum needs at least one image.');
  const [{ width, height }] = images;
  const values = new Float64Array(width * height);
  for (const [i, image] of images.entries()) {
    if (image.width !== width || image.height !== height) {
      throw new Error(`Image ${i} is ${image.width} x ${image.height}, the first ${width} x ${height}.`);
    }
    const own = imageSpectrum(greyInRoom(image)[0], width, height);
    for (let v = 0; v < own.columns; v++) {
      for (let u = 0, at = v * own.pitch; u < height; u++, at += 2) {
        const amplitude = Math.hypot(own.values[at], own.values[at + 1]) / images.length;
        values[centred(u, v, image)] += amplitude;
        // The first and, of even widths, the last column hold their opposites themselves.
        if (v !== 0 && 2 * v !== width) values[centred(-u, -v, image)] += amplitude;
      }
    }
  }
  return { width, height, values };
}

const PUBLISHED_SIZE = 224;
/** Images come in sets of one size: the spectrum of the last. */
let published: AmplitudeSpectrum | undefined;

/** The papers' spectrum over photographs of 224 x 224, at this or a smaller size: the same cycles an image, amplitudes in
 *  proportion to the number of pixels. Throws on larger sizes. */
export function publishedSpectrum(width: number, height: number): AmplitudeSpectrum {
  if (width > PUBLISHED_SIZE || height > PUBLISHED_SIZE) {
    throw new Error(
      `The papers' spectrum is for images of at most ${PUBLISHED_SIZE} x ${PUBLISHED_SIZE} pixels, this one is ${width} x ${height}. ` +
        'Resize it, or give the mean spectrum of your own images: meanAmplitudeSpectrum(images).',
    );
  }
  if (published?.width !== width || published.height !== height) published = shrunkenSpectrum(width, height);
  return published;
}

function shrunkenSpectrum(width: number, height: number): AmplitudeSpectrum {
  const upper = readUpperHalf();
  const share = (width * height) / PUBLISHED_SIZE ** 2;
  const values = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      values[row * width + column] = share * amplitudeAt(upper, row - centre(height), column - centre(width));
    }
  }
  return { width, height, values };
}

/** The file holds the rows of frequencies -112 to 0; opposite frequencies have equal amplitudes. */
function readUpperHalf(): Float32Array {
  const bytes = fs.readFileSync(fromRoot('data', 'distortions', 'mean-amplitude-spectrum-224.f32'));
  return Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i));
}

function amplitudeAt(upper: Float32Array, down: number, right: number): number {
  const [row, column] = down <= 0 ? [down, right] : [-down, -right];
  const half = PUBLISHED_SIZE / 2;
  return upper[(row + half) * PUBLISHED_SIZE + ((column + half + PUBLISHED_SIZE) % PUBLISHED_SIZE)];
}
