// A depth map from its file: 8 bits of grey, of the size of its image.
import * as fs from 'node:fs';
import sharp from 'sharp';
import type { ByteImage } from '../imageSource';

/** Channels of a grey pixel that JPEG has stored as colour differ by no more than these levels. */
const GREY_TOLERANCE = 16;

/** Width and height in pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The size of an image as it is decoded, from its header; EXIF orientation is not applied. Errors name the file. */
export async function imageSize(file: string): Promise<Size> {
  try {
    const { width, height } = await sharp(file).metadata();
    return { width, height };
  } catch (error) {
    throw new Error(
      `Cannot read the image ${file}: ${(error as Error).message}. Replace or remove the file.`,
    );
  }
}

/** Reads a depth map as LocNet's loader does (Pillow's `convert('L')`): one channel, 0..255, near bright; no scaling.
 *
 *  Throws, naming the file, where it cannot be decoded, is not of the size of its image, holds 16 bits, or a coloured picture. */
export async function readDepthMap(file: string, size: Size): Promise<ByteImage> {
  const { data, info, depth } = await decode(file);
  if (depth !== 'uchar') {
    throw new Error(
      `The depth map ${file} holds values of more than 8 bits (${depth}); expected 8-bit grey, min-max scaled per image, near bright. ${convert(file)}`,
    );
  }
  if (info.width !== size.width || info.height !== size.height) {
    throw new Error(
      `The depth map ${file} has ${info.width} x ${info.height} pixels, its image ${size.width} x ${size.height}. Delete it, and npm run data -- depth makes it anew.`,
    );
  }
  return { width: info.width, height: info.height, channels: 1, data: grey(file, data, info.channels) };
}

function convert(file: string): string {
  return `Convert it, e.g. with ImageMagick: magick ${file} -auto-level -depth 8 <new file>; or delete it, and npm run data -- depth makes it anew.`;
}

async function decode(file: string): Promise<{ data: Buffer; info: sharp.OutputInfo; depth: string }> {
  try {
    const bytes = await fs.promises.readFile(file);
    const image = sharp(bytes, { failOn: 'error', ignoreIcc: true });
    const { depth = 'unknown', channels } = await image.metadata();
    // Else libvips repeats grey in three channels.
    const isGrey = channels <= 2;
    const { data, info } = await image
      .removeAlpha()
      .toColourspace(isGrey ? 'b-w' : 'srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return { data, info, depth };
  } catch (error) {
    throw new Error(
      `Cannot read the depth map ${file}: ${(error as Error).message}. Delete it, and npm run data -- depth makes it anew.`,
    );
  }
}

/** Pillow's luminance of colour channels, ITU-R 601-2 in 16 bits. */
function grey(file: string, data: Buffer, channels: number): Uint8Array {
  if (channels === 1) return data;
  const out = new Uint8Array(data.length / channels);
  for (let pixel = 0; pixel < out.length; pixel++) {
    const [red, green, blue] = data.subarray(channels * pixel, channels * pixel + 3);
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > GREY_TOLERANCE)
      throw new Error(
        `The depth map ${file} is a coloured picture; expected 8-bit grey, near bright. Colours of a palette are no depths: make it anew with npm run data -- depth.`,
      );
    out[pixel] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }
  return out;
}
