// Bilateral filter of 8-bit pictures, as OpenCV's: takes texture away and leaves strong edges.
import { requirePicture } from './bytePicture';
import type { ByteImageLike } from './image';
import { mirrored } from './mirroredBorder';

export interface BilateralFilterOptions {
  /** In pixels, a whole number above 0. The window reaches as far as half of it, at least one pixel, so an even one counts as the next odd. */
  diameter: number;
  /** Of the Gaussian of the difference in colour, the sum of the channels' differences of 0 to 255. */
  colourDeviation: number;
  /** Of the Gaussian of the distance, in pixels. */
  spaceDeviation: number;
}

/** Each pixel becomes a mean of those in a round window around it, weighted by Gaussians of their distance and of their difference in
 *  colour; beyond the border the picture goes on as in a mirror. Equal to OpenCV's but for a few values that lie halfway between two bytes.
 *  8-bit grey or RGB in and out. Throws on a diameter that is no whole number above 0, and on deviations that are not above 0.
 *  Source: Tomasi and Manduchi 1998, as Burgert et al. 2025 use it. */
export function bilateralFilter(
  picture: ByteImageLike,
  { diameter, colourDeviation, spaceDeviation }: BilateralFilterOptions,
): ByteImageLike {
  requirePicture(picture);
  if (!(Number.isInteger(diameter) && diameter > 0)) {
    throw new Error(`The diameter of a bilateral filter is a whole number above 0, got ${diameter}.`);
  }
  for (const deviation of [colourDeviation, spaceDeviation]) {
    if (!(deviation > 0)) {
      throw new Error(`The deviations of a bilateral filter are above 0, got ${deviation}.`);
    }
  }
  const { width, height, channels, data } = picture;
  const radius = Math.max(1, diameter >> 1);
  const byColour = Float32Array.from({ length: 255 * channels + 1 }, (_, difference) =>
    Math.exp(-(difference ** 2) / (2 * colourDeviation ** 2)),
  );
  const result = new Uint8Array(data.length);
  const sums = [0, 0, 0];
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const at = (row * width + column) * channels;
      let weights = 0;
      sums.fill(0);
      for (let y = -radius; y <= radius; y++) {
        for (let x = -radius; x <= radius; x++) {
          if (x * x + y * y > radius * radius) continue;
          const from = (mirrored(row + y, height) * width + mirrored(column + x, width)) * channels;
          let difference = 0;
          for (let channel = 0; channel < channels; channel++) {
            difference += Math.abs(data[from + channel] - data[at + channel]);
          }
          const weight = Math.exp(-(x * x + y * y) / (2 * spaceDeviation ** 2)) * byColour[difference];
          weights += weight;
          for (let channel = 0; channel < channels; channel++) sums[channel] += weight * data[from + channel];
        }
      }
      for (let channel = 0; channel < channels; channel++) {
        result[at + channel] = Math.round(sums[channel] / weights);
      }
    }
  }
  return { ...picture, data: result };
}
