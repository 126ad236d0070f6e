/// <reference lib="dom" />
// From a reader's file to pixels: the browser's decoder and a canvas, where the library has sharp.
import type { ByteImage } from '../../../data/imageSource';

/** Above this a tab may run out of memory while decoding. */
const MOST_MEGAPIXELS = 32;
/** Above this the browser shrinks the image before the library resizes it: canvases of phones hold no more. */
const LARGEST_CANVAS = 4e6;

/** The image of a file, 8-bit RGB, turned upright as its camera says, without its colour profile, transparent parts on white; shrunk to 4
 *  megapixels where it has more. Throws, naming the file, on what is no image that the browser knows, and on more than 32 megapixels. */
export async function decodeFile(file: File): Promise<ByteImage> {
  const { width, height } = await sizeOf(file);
  const megapixels = (width * height) / 1e6;
  if (megapixels > MOST_MEGAPIXELS) {
    throw new Error(
      `${file.name} has ${width} x ${height} pixels, ${megapixels.toFixed(1)} megapixels; at most ${MOST_MEGAPIXELS} are taken. Give a smaller version: the network sees 64 x 64.`,
    );
  }
  try {
    const bitmap = await createImageBitmap(file, { colorSpaceConversion: 'none' });
    const pixels = pixelsOf(bitmap);
    bitmap.close();
    return pixels;
  } catch (error) {
    throw new Error(`${file.name} could not be decoded: ${(error as Error).message} Try it as PNG or JPEG.`);
  }
}

/** Looks at the beginning of a file only: nothing is decoded yet. */
async function sizeOf(file: File): Promise<{ width: number; height: number }> {
  const address = URL.createObjectURL(file);
  try {
    const image = new Image();
    const opened = new Promise<void>((resolve, reject) => {
      image.onload = () => resolve();
      image.onerror = () =>
        reject(
          new Error(`${file.name} is no image that this browser can read. PNG, JPEG, WebP and GIF are.`),
        );
    });
    image.src = address;
    await opened;
    return { width: image.naturalWidth, height: image.naturalHeight };
  } finally {
    URL.revokeObjectURL(address);
  }
}

function pixelsOf(bitmap: ImageBitmap): ByteImage {
  const scale = Math.min(1, Math.sqrt(LARGEST_CANVAS / (bitmap.width * bitmap.height)));
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.max(1, Math.round(side * scale)));
  const canvas = Object.assign(document.createElement('canvas'), { width, height });
  const context = canvas.getContext('2d', { willReadFrequently: true }) as CanvasRenderingContext2D;
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, width, height);
  const rgba = context.getImageData(0, 0, width, height).data;
  const data = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < data.length; from += 4, to += 3) {
    data[to] = rgba[from];
    data[to + 1] = rgba[from + 1];
    data[to + 2] = rgba[from + 2];
  }
  return { width, height, channels: 3, data };
}
