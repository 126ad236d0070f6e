// Images as the distortions see them: numbers in [0, 1].
import { asBytes, pixelKernels, pixelRoom } from './wasm/pixels';

/** Row by row, channels together; values in [0, 1]. */
export interface FloatImage {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  /** `height x width x channels` values. */
  readonly data: Float32Array;
}

/** An image of 8 bits a channel. */
export interface ByteImageLike {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Single precision puts k / 255 up to 3e-8 below its place. */
const ROUNDING = 1e-4;

/** Values / 255, in new memory or at the start of `memory`, which the image then shares. */
export function fromBytes(
  { width, height, channels, data }: ByteImageLike,
  memory: Float32Array = new Float32Array(data.length),
): FloatImage {
  const [bytes, values] = pixelRoom(Math.ceil(data.length / 4), data.length);
  asBytes(bytes).set(data);
  pixelKernels().fromBytes(bytes.byteOffset, values.byteOffset, data.length);
  memory.set(values);
  return { width, height, channels, data: memory.subarray(0, data.length) };
}

/** `trunc(255 x)`, as the stimuli were saved: 0.999 becomes 254. A value that is a whole number of 255ths stays that number. */
export function toBytes({ width, height, channels, data }: FloatImage): ByteImageLike {
  const [values, bytes] = pixelRoom(data.length, Math.ceil(data.length / 4));
  values.set(data);
  pixelKernels().toBytes(values.byteOffset, bytes.byteOffset, data.length, ROUNDING);
  return { width, height, channels, data: asBytes(bytes).slice(0, data.length) };
}

/** Throws when the sides are no whole numbers above 0, the data do not fill them, or a value is not in [0, 1]. */
export function requireImage(image: FloatImage): void {
  requireShape(image);
  const { width, channels, data } = image;
  for (let i = 0; i < data.length; i++) {
    if (!(data[i] >= 0 && data[i] <= 1)) throw strayValue(data[i], Math.floor(i / channels), width);
  }
}

/** The same without a look at the values. */
export function requireShape({ width, height, channels, data }: FloatImage): void {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new Error(`An image needs whole sides above 0, got ${width} x ${height}.`);
  }
  if (channels !== 1 && channels !== 3) throw new Error(`An image has 1 or 3 channels, not ${channels}.`);
  if (data.length !== width * height * channels) {
    throw new Error(
      `An image of ${width} x ${height} x ${channels} has ${width * height * channels} values, not ${data.length}.`,
    );
  }
}

function strayValue(value: number, pixel: number, width: number): Error {
  return new Error(
    `The pixel at row ${Math.floor(pixel / width)}, column ${pixel % width} has the value ${value}; values lie in [0, 1]. ` +
      'Divide bytes by 255.',
  );
}

/** A grey image from values of any range, cut to [0, 1]. */
export function clippedGrey(width: number, height: number, values: Float64Array): FloatImage {
  const data = new Float32Array(width * height);
  for (let i = 0; i < data.length; i++) {
    const value = values[i];
    data[i] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
  return { width, height, channels: 1, data };
}
