// A photograph as the target of a synthesis, and the way back: from synthesised values to a picture of the photograph's size.
import * as fs from 'node:fs';
import sharp from 'sharp';
import { decodeImage } from '../data/decodeImage';
import type { ByteImage } from '../data/imageSource';
import { normalisedPixels, pictureOfPixels } from '../data/normalisedPixels';
import { pillowResize } from '../data/pillowResize';
import { matchHistogram } from './histogramMatch';

/** Pixels of the shorter side below which a picture has no texture to speak of. */
export const LEAST_SIDE = 16;

export interface TargetImage {
  /** `size x size x 3`, normalised as the networks want it. */
  readonly values: Float32Array;
  readonly size: number;
  /** Of the photograph, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** Reads a photograph as `decodeImage` does: grey, of four inks, with alpha (dropped) or of 16 bits too.
 *
 *  Throws, naming the file, when there is none, on a folder, on a damaged file, and as `targetImage`. */
export async function readTarget(file: string, size: number): Promise<TargetImage> {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new Error(`There is no image ${file}.`);
  if (found.isDirectory()) throw new Error(`${file} is a folder: name one image file in it.`);
  const image = await decodeImage(file);
  try {
    return targetImage(image, size);
  } catch (error) {
    throw new Error(`${file} cannot be a target: ${(error as Error).message}`);
  }
}

/** A picture at `size x size`, by Lanczos, its aspect ratio not kept, then `(value / 255 - mean) / std` of ImageNet.
 *
 *  Throws when a side has fewer than 16 pixels, and on a picture of one colour. Source: Li et al. 2023, whose code resizes so. */
export function targetImage(image: ByteImage, size: number): TargetImage {
  const { width, height, channels, data } = image;
  if (Math.min(width, height) < LEAST_SIDE) {
    throw new Error(
      `it has ${width} x ${height} pixels, too few for a texture. Give one of ${LEAST_SIDE} x ${LEAST_SIDE} or more.`,
    );
  }
  if (data.every((value, i) => value === data[i % channels]))
    throw new Error('all of its pixels are of one colour, so there is no texture. Give another picture.');
  return { values: normalisedPixels(pillowResize(image, size, size, 'lanczos')), size, width, height };
}

/** Synthesised values `size x size x 3` as a picture of the photograph's size: each channel gets the target's histogram, then Lanczos.
 *
 *  Throws on values that are not finite or not as many as the target's. Source: as `targetImage`. */
export function pictureOf(values: Float32Array, target: TargetImage): ByteImage {
  const { size, width, height } = target;
  if (values.length !== target.values.length)
    throw new Error(`The target has ${target.values.length} values, the synthesised image ${values.length}.`);
  const matched = matchHistogram(values, target.values);
  return pillowResize(pictureOfPixels(matched, { width: size, height: size }), width, height, 'lanczos');
}

/** The bytes of a PNG file. */
export function pngOf({ data, width, height, channels }: ByteImage): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } }).png().toBuffer();
}
