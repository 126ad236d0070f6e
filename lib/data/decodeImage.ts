// From an image file to pixels, as the papers' loaders see them.
import * as fs from 'node:fs';
import sharp from 'sharp';
import type { ByteImage } from './imageSource';

/** Decodes an image file to 8-bit RGB (or one channel of grey), as Pillow's `convert('RGB')` does: profiles are ignored, inks become
 *  light without one, alpha is dropped, EXIF orientation is not applied. Of 16 bits the upper 8 are kept (Pillow clips grey ones).
 *  Errors name the file. */
export async function decodeImage(file: string): Promise<ByteImage> {
  try {
    // libvips opens a file more slowly than it takes over its bytes.
    const bytes = await fs.promises.readFile(file);
    return (await holdsInks(bytes)) ? await decodeInks(bytes) : await decodeLight(bytes);
  } catch (error) {
    throw new Error(
      `Cannot read the image ${file}: ${(error as Error).message}. Replace or remove the file.`,
    );
  }
}

async function decodeLight(bytes: Buffer): Promise<ByteImage> {
  const { data, info } = await open(bytes)
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels === 1 ? 1 : 3, data };
}

/** Cyan, magenta, yellow and black by Pillow's formula, `(255 - C)(255 - K) / 255` rounded: about twenty images of ImageNet. libvips undoes
 *  the inversion that an Adobe marker declares. */
async function decodeInks(bytes: Buffer): Promise<ByteImage> {
  const { data: inks, info } = await open(bytes)
    .pipelineColourspace('cmyk')
    .toColourspace('cmyk')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const data = Buffer.alloc(3 * info.width * info.height);
  for (let pixel = 0; 3 * pixel < data.length; pixel++) {
    const white = 255 - inks[4 * pixel + 3];
    for (let channel = 0; channel < 3; channel++)
      data[3 * pixel + channel] = white - dividedBy255(inks[4 * pixel + channel] * white);
  }
  return { width: info.width, height: info.height, channels: 3, data };
}

/** Rounded, for products of two bytes. */
function dividedBy255(product: number): number {
  const shifted = product + 128;
  return (shifted + (shifted >> 8)) >> 8;
}

function open(bytes: Buffer): sharp.Sharp {
  return sharp(bytes, { failOn: 'error', ignoreIcc: true });
}

/** Asks libvips only where it may be so: a JPEG of four components, or a TIFF. */
async function holdsInks(bytes: Buffer): Promise<boolean> {
  const isTiff = ['II*\0', 'MM\0*', 'II+\0', 'MM\0+'].includes(bytes.toString('latin1', 0, 4));
  if (!isTiff && jpegComponents(bytes) !== 4) return false;
  return (await open(bytes).metadata()).space === 'cmyk';
}

/** Components of a JPEG, from the first frame header; 0 for what is no JPEG. */
function jpegComponents(bytes: Buffer): number {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return 0;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; at += 2 + bytes.readUInt16BE(at + 2)) {
    // Any number of fill bytes may stand before a marker.
    while (bytes[at + 1] === 0xff && at + 10 < bytes.length) at++;
    const marker = bytes[at + 1];
    // Start of frame: C0 to CF, but not the tables C4, C8 and CC.
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) return bytes[at + 9];
  }
  return 0;
}
