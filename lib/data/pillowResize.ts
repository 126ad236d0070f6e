// Resizing to the byte as Pillow does it: a triangle filter widened by the scale, whole bytes after each of the two passes.
import type { ByteImage } from './imageSource';

/** Bits behind the point of Pillow's filter weights. */
const PRECISION = 22;

/** The image at `width x height`, whatever its aspect ratio was. As `Image.resize((width, height), BILINEAR)`. */
export function pillowResize(image: ByteImage, width: number, height: number): ByteImage {
  const { channels } = image;
  const wide =
    image.width === width
      ? image
      : { ...image, width, data: resizeRows(image.data, image.height, image.width, width, channels) };
  if (wide.height === height) return wide;
  // Columns are rows whose elements are whole lines of the picture.
  const data = resizeRows(wide.data, 1, wide.height, height, width * channels);
  return { width, height, channels, data };
}

/** `lines` lines of `from` elements, each of `size` bytes, to lines of `to` elements. */
function resizeRows(data: Uint8Array, lines: number, from: number, to: number, size: number): Uint8Array {
  const result = new Uint8Array(lines * to * size);
  const filters = Array.from({ length: to }, (_, i) => filterOf(i, from, to));
  for (let line = 0; line < lines; line++) {
    for (const [i, { first, weights }] of filters.entries()) {
      for (let byte = 0; byte < size; byte++) {
        let sum = 2 ** (PRECISION - 1);
        for (const [tap, weight] of weights.entries()) {
          sum += weight * data[(line * from + first + tap) * size + byte];
        }
        result[(line * to + i) * size + byte] = Math.min(255, Math.max(0, Math.floor(sum / 2 ** PRECISION)));
      }
    }
  }
  return result;
}

function filterOf(position: number, from: number, to: number): { first: number; weights: number[] } {
  const scale = from / to;
  const support = Math.max(scale, 1);
  const centre = (position + 0.5) * scale;
  const first = Math.max(0, Math.trunc(centre - support + 0.5));
  const last = Math.min(from, Math.trunc(centre + support + 0.5));
  const plain = Array.from({ length: last - first }, (_, tap) =>
    Math.max(0, 1 - Math.abs(first + tap - centre + 0.5) / support),
  );
  const sum = plain.reduce((total, weight) => total + weight, 0);
  return { first, weights: plain.map((weight) => Math.floor((weight / sum) * 2 ** PRECISION + 0.5)) };
}
