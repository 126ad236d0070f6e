// Power equalisation: all images get the same mean spectrum, only their phases stay.
import * as fs from 'node:fs';
import { fromRoot } from '../files';
import { centre, imageSpectrum, realImage } from './fourier';
import { greyValues } from './greyscale';
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
  const own = imageSpectrum(greyValues(image), width, height);
  for (let u = 0; u < height; u++) {
    const row = ((u + centre(height)) % height) * width;
    for (let v = 0; v < width; v++) {
      const at = u * width + v;
      const wanted = spectrum.values[row + ((v + centre(width)) % width)];
      const amplitude = Math.sqrt(own.re[at] ** 2 + own.im[at] ** 2);
      // Where there is no amplitude there is no phase: zero, as usual.
      own.re[at] = amplitude === 0 ? wanted : (own.re[at] / amplitude) * wanted;
      own.im[at] = amplitude === 0 ? 0 : (own.im[at] / amplitude) * wanted;
    }
  }
  return clippedGrey(width, height, realImage(own));
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
    const { re, im } = imageSpectrum(greyValues(image), width, height);
    for (let u = 0; u < height; u++) {
      const row = ((u + centre(height)) % height) * width;
      for (let v = 0; v < width; v++) {
        const at = u * width + v;
        values[row + ((v + centre(width)) % width)] += Math.hypot(re[at], im[at]) / images.length;
      }
    }
  }
  return { width, height, values };
}

const PUBLISHED_SIZE = 224;
let upperHalf: Float32Array | undefined;

/** The papers' spectrum over photographs of 224 x 224, at this or a smaller size: the same cycles an image, amplitudes in
 *  proportion to the number of pixels. Throws on larger sizes. */
export function publishedSpectrum(width: number, height: number): AmplitudeSpectrum {
  if (width > PUBLISHED_SIZE || height > PUBLISHED_SIZE) {
    throw new Error(
      `The papers' spectrum is for images of at most ${PUBLISHED_SIZE} x ${PUBLISHED_SIZE} pixels, this one is ${width} x ${height}. ` +
        'Resize it, or give the mean spectrum of your own images: meanAmplitudeSpectrum(images).',
    );
  }
  upperHalf ??= readUpperHalf();
  const share = (width * height) / PUBLISHED_SIZE ** 2;
  const values = new Float64Array(width * height);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      values[row * width + column] =
        share * amplitudeAt(upperHalf, row - centre(height), column - centre(width));
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
