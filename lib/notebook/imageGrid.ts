// Images side by side in one PNG, with labels.
import sharp from 'sharp';
import type { ByteImage } from '../data/imageSource';
import { useOwnFonts } from '../figures/fonts';
import { FONTS } from '../figures/theme';
import { escapeHtml } from '../results/tables';

const GAP = 6;
const LABEL_HEIGHT = 20;
const LABEL_SIZE = 12;
const MOST_IMAGES = 1024;

export interface ImageGridOptions {
  /** Text under each image, in the order of the images. */
  labels?: readonly string[];
  /** Images in a row. */
  columns?: number;
  /** Side in pixels that the longer side of an image is drawn with; small images are enlarged by whole pixels' copies. */
  size?: number;
}

/** A contact sheet as PNG. Throws on no images, too many of them, labels that do not match, or data that do not fit an image's size. */
export async function imageGrid(
  images: readonly ByteImage[],
  { labels = [], columns = Math.min(images.length, 8), size = 96 }: ImageGridOptions = {},
): Promise<Buffer> {
  check(images, labels, columns);
  const cellHeight = size + (labels.length > 0 ? LABEL_HEIGHT : 0);
  const width = columns * (size + GAP) + GAP;
  const height = Math.ceil(images.length / columns) * (cellHeight + GAP) + GAP;
  const place = (index: number): { left: number; top: number } => ({
    left: GAP + (index % columns) * (size + GAP),
    top: GAP + Math.floor(index / columns) * (cellHeight + GAP),
  });
  const layers = await Promise.all(
    images.map(async (image, i) => ({ input: await drawn(image, size), ...place(i) })),
  );
  const sheet = sharp({ create: { width, height, channels: 3, background: '#ffffff' } });
  if (labels.length > 0)
    layers.push({ input: labelLayer(labels, place, { width, height, size }), left: 0, top: 0 });
  return sheet.composite(layers).png().toBuffer();
}

function check(images: readonly ByteImage[], labels: readonly string[], columns: number): void {
  if (images.length === 0) throw new Error('There are no images to show.');
  if (images.length > MOST_IMAGES) {
    throw new Error(`${images.length} images are too many for one picture: show at most ${MOST_IMAGES}.`);
  }
  if (labels.length > 0 && labels.length !== images.length) {
    throw new Error(`${images.length} images need as many labels, not ${labels.length}.`);
  }
  if (!Number.isInteger(columns) || columns < 1)
    throw new Error(`columns must be a whole number from 1, not ${columns}.`);
  images.forEach(({ width, height, channels, data }, i) => {
    if (data.length !== width * height * channels) {
      throw new Error(
        `Image ${i} has ${data.length} bytes; ${width} x ${height} x ${channels} needs ${width * height * channels}.`,
      );
    }
  });
}

function drawn({ width, height, channels, data }: ByteImage, size: number): Promise<Buffer> {
  return sharp(data, { raw: { width, height, channels } })
    .resize(size, size, {
      fit: 'contain',
      background: '#ffffff',
      kernel: Math.max(width, height) < size ? 'nearest' : 'lanczos3',
    })
    .toColourspace('srgb')
    .png()
    .toBuffer();
}

function labelLayer(
  labels: readonly string[],
  place: (index: number) => { left: number; top: number },
  { width, height, size }: { width: number; height: number; size: number },
): Buffer {
  useOwnFonts();
  const most = Math.floor(size / (0.58 * LABEL_SIZE)); // characters that fit under an image
  const texts = labels.map((label, i) => {
    const { left, top } = place(i);
    const short = label.length > most ? `${label.slice(0, most - 1)}…` : label;
    return `<text x="${left + size / 2}" y="${top + size + 14}">${escapeHtml(short)}</text>`;
  });
  const style = `font-family="${FONTS}" font-size="${LABEL_SIZE}" text-anchor="middle" fill="#222222"`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><g ${style}>${texts.join('')}</g></svg>`,
  );
}
