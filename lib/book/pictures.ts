// Pictures of the book, in few bytes.
import sharp from 'sharp';
import { renderWebp } from '../figures/render';
import type { Assets } from './assets';

export interface Picture {
  /** From a page. */
  readonly address: string;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
}

/** A larger SVG, of pictures or of thousands of marks, is shown as pixels where those are smaller. */
const LARGE_SVG = 100_000;

/** A figure as it is shown without script: its SVG, or its pixels at twice the size where those are fewer bytes. */
export async function figurePicture(assets: Assets, svg: string): Promise<Picture> {
  const [width, height] = sizeOf(svg);
  if (svg.length > LARGE_SVG) {
    const webp = await renderWebp(svg);
    if (webp.length < svg.length) return { address: assets.add('pictures', 'webp', webp), width, height };
  }
  return { address: assets.add('pictures', 'svg', svg), width, height };
}

/** An image of a cell's output, pixel for pixel. */
export async function imagePicture(assets: Assets, png: Buffer): Promise<Picture> {
  const { width, height } = await sharp(png).metadata();
  return {
    address: assets.add('pictures', 'webp', await sharp(png).webp({ lossless: true, effort: 2 }).toBuffer()),
    width: Number(width),
    height: Number(height),
  };
}

function sizeOf(svg: string): [width: number, height: number] {
  const [, width, height] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? [];
  if (width === undefined)
    throw new Error(
      'A figure of a notebook has an SVG without width and height: execute the notebook again.',
    );
  return [Number(width), Number(height)];
}
