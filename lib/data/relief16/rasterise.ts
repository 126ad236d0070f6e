// Vector drawings to pixels.
import sharp from 'sharp';
import type { Drawing } from './pack';

/** Side in pixels at which drawings are prepared. */
export const DRAWING_SIZE = 128;
/** Empty border on each side. */
const MARGIN = 6;
/** Longest side of the first rendering, from which the drawing's content is cut out and scaled. */
const RENDERED = 256;
/** Alpha (0..255) below which a pixel counts as empty. */
const EMPTY = 8;

/** A drawing as `DRAWING_SIZE x DRAWING_SIZE` pixels, RGBA bytes: its content centred and scaled to fill the square. */
export async function rasterise(drawing: Drawing): Promise<Uint8Array> {
  const { data, info } = await sharp(Buffer.from(svgDocument(drawing)))
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const content = boundingBox(data, info.width, info.height);
  if (!content) throw new Error(`The drawing ${drawing.package}/${drawing.name} is empty.`);
  const transparent = { r: 0, g: 0, b: 0, alpha: 0 };
  const inner = DRAWING_SIZE - 2 * MARGIN;
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .extract(content)
    .resize(inner, inner, { fit: 'contain', background: transparent })
    .extend({ top: MARGIN, bottom: MARGIN, left: MARGIN, right: MARGIN, background: transparent })
    .raw()
    .toBuffer();
}

function svgDocument({ viewBox, svg }: Drawing): string {
  const [, , width, height] = viewBox;
  const scale = RENDERED / Math.max(width, height);
  return (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ' +
    `viewBox="${viewBox.join(' ')}" width="${width * scale}" height="${height * scale}" color="#000">${svg}</svg>`
  );
}

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** The smallest box around all pixels that are not empty; undefined if there are none. */
function boundingBox(rgba: Uint8Array, width: number, height: number): Box | undefined {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (rgba[(y * width + x) * 4 + 3] < EMPTY) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (bottom < 0) return undefined;
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}
