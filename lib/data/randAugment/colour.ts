// Colour operations of RandAugment on 8-bit RGB pictures, as torchvision 0.14 computes them on tensors: in single precision, cut to bytes.
import type { ByteImage } from '../imageSource';
import { roundHalfEven } from '../rounding';

const f = Math.fround;

/** `factor * image + (1 - factor) * other`, cut to 0..255 and to whole numbers. */
function blend(image: ByteImage, other: (index: number) => number, factor: number): ByteImage {
  const [share, rest] = [f(factor), f(1 - factor)];
  return changed(image, (value, i) => {
    const mixed = f(f(share * value) + f(rest * other(i)));
    return Math.trunc(Math.min(255, Math.max(0, mixed)));
  });
}

function changed(image: ByteImage, change: (value: number, index: number) => number): ByteImage {
  return { ...image, data: Uint8Array.from(image.data, change) };
}

/** Luminance of each pixel, cut to whole numbers. */
function luminance({ data }: ByteImage): Uint8Array {
  return Uint8Array.from({ length: data.length / 3 }, (_, i) =>
    f(f(f(f(0.2989) * data[3 * i]) + f(f(0.587) * data[3 * i + 1])) + f(f(0.114) * data[3 * i + 2])),
  );
}

/** Towards black (factor below 1) or away from it. */
export function brightness(image: ByteImage, factor: number): ByteImage {
  return blend(image, () => 0, factor);
}

/** Towards grey (factor below 1) or away from it. */
export function saturation(image: ByteImage, factor: number): ByteImage {
  const grey = luminance(image);
  return blend(image, (i) => grey[Math.floor(i / 3)], factor);
}

/** Towards the mean luminance of the picture (factor below 1) or away from it. */
export function contrast(image: ByteImage, factor: number): ByteImage {
  const grey = luminance(image);
  const mean = f(grey.reduce((sum, value) => sum + value, 0) / grey.length);
  return blend(image, () => mean, factor);
}

/** Towards a smoothed picture (factor below 1) or away from it; the border stays, and so do pictures of two rows or columns. */
export function sharpness(image: ByteImage, factor: number): ByteImage {
  const { width, height } = image;
  if (width <= 2 || height <= 2) return image;
  const smooth = smoothed(image);
  return blend(image, (i) => smooth[i], factor);
}

/** The mean over 3 x 3 pixels in which the centre counts five times. */
function smoothed({ width, height, data }: ByteImage): Uint8Array {
  const result = Uint8Array.from(data);
  const row = 3 * width;
  for (let y = 1; y < height - 1; y++) {
    for (let i = y * row + 3; i < (y + 1) * row - 3; i++) {
      let sum = 4 * data[i];
      for (const line of [i - row, i, i + row]) sum += data[line - 3] + data[line] + data[line + 3];
      result[i] = roundHalfEven(sum / 13);
    }
  }
  return result;
}

/** Keeps the upper bits of each value. */
export function posterize(image: ByteImage, bits: number): ByteImage {
  const mask = 256 - 2 ** (8 - bits);
  return changed(image, (value) => value & mask);
}

/** Turns values from the threshold on into their negatives. */
export function solarize(image: ByteImage, threshold: number): ByteImage {
  return changed(image, (value) => (value >= threshold ? 255 - value : value));
}

/** Stretches each channel to 0..255; a channel of one value stays. */
export function autoContrast(image: ByteImage): ByteImage {
  const ranges = [0, 1, 2].map((channel) => {
    const values = image.data.filter((_, i) => i % 3 === channel);
    const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    return low === high ? { low: 0, scale: 1 } : { low, scale: f(255 / (high - low)) };
  });
  return changed(image, (value, i) => {
    const { low, scale } = ranges[i % 3];
    return Math.trunc(Math.min(255, Math.max(0, f((value - low) * scale))));
  });
}

/** Makes the values of each channel about equally frequent. */
export function equalize(image: ByteImage): ByteImage {
  const tables = [0, 1, 2].map((channel) => equalizing(image.data.filter((_, i) => i % 3 === channel)));
  return changed(image, (value, i) => tables[i % 3]?.[value] ?? value);
}

/** The new value of each; undefined where the channel stays as it is. */
function equalizing(values: Uint8Array): Uint8Array | undefined {
  const counts = new Array<number>(256).fill(0);
  for (const value of values) counts[value]++;
  const present = counts.filter((count) => count > 0);
  const step = Math.floor((values.length - present[present.length - 1]) / 255);
  if (step === 0) return undefined;
  let before = Math.floor(step / 2);
  return Uint8Array.from(counts, (count) => {
    const value = Math.min(255, Math.floor(before / step));
    before += count;
    return value;
  });
}
