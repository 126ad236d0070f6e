// Geometric operations of RandAugment on 8-bit pictures: nearest pixel, black where there is none. As Pillow and torchvision 0.14 do them.
import type { ByteImage } from '../imageSource';

/** From a pixel of the result to where it comes from: `x' = a x + b y + c`, `y' = d x + e y + f`, at the centres of pixels. */
type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Moves each row by `amount` times its distance from the top (or, `along` columns, each column by its distance from the left). */
export function shear(image: ByteImage, along: 'x' | 'y', amount: number): ByteImage {
  return transform(image, along === 'x' ? [1, amount, 0, 0, 1, 0] : [1, 0, 0, amount, 1, 0]);
}

/** Moves the picture by whole pixels: `amount`, cut to a whole number, to the right or down. */
export function translate(image: ByteImage, along: 'x' | 'y', amount: number): ByteImage {
  const pixels = -Math.trunc(amount);
  return transform(image, along === 'x' ? [1, 0, pixels, 0, 1, 0] : [1, 0, 0, 0, 1, pixels]);
}

/** Turns the picture counter-clockwise about its centre, by degrees. */
export function rotate(image: ByteImage, degrees: number): ByteImage {
  const angle = (-degrees * Math.PI) / 180;
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)].map((value) => Number(value.toFixed(15)));
  const [x, y] = [image.width / 2, image.height / 2];
  return transform(image, [cos, sin, x - cos * x - sin * y, -sin, cos, y + sin * x - cos * y]);
}

/** Pillow's numbers: 16 bits behind the point. */
const ONE = 65536;

function transform(image: ByteImage, [a, b, c, d, e, f]: Affine): ByteImage {
  const { width, height, channels, data } = image;
  const result = new Uint8Array(data.length);
  const fixed = (value: number): number => Math.floor(value * ONE + 0.5);
  const [stepX, stepY] = [fixed(a), fixed(d)];
  let [rowX, rowY] = [fixed(c + a / 2 + b / 2), fixed(f + d / 2 + e / 2)];
  for (let y = 0; y < height; y++, rowX += fixed(b), rowY += fixed(e)) {
    let [fromX, fromY] = [rowX, rowY];
    for (let x = 0; x < width; x++, fromX += stepX, fromY += stepY) {
      const [column, row] = [Math.floor(fromX / ONE), Math.floor(fromY / ONE)];
      if (column < 0 || column >= width || row < 0 || row >= height) continue;
      const [to, from] = [(y * width + x) * channels, (row * width + column) * channels];
      for (let channel = 0; channel < channels; channel++) result[to + channel] = data[from + channel];
    }
  }
  return { width, height, channels, data: result };
}
