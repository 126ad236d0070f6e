// Colour as a control of its own: how bright a pixel is stays, its hue is that of a class.
import type { Picture } from './render';

/** Distance from grey in the plane of Cb and Cr (0..255): far enough to be told apart, near enough to stay inside most RGB. */
const SATURATION = 48;

/** Cb and Cr around grey of the `hue`-th of `hues` equally spaced colours. */
export function chromaOf(hue: number, hues: number): readonly [cb: number, cr: number] {
  const angle = (2 * Math.PI * hue) / hues;
  return [SATURATION * Math.cos(angle), SATURATION * Math.sin(angle)];
}

/** Luma (ITU-R BT.601) of a pixel, 0..255, not rounded. */
export function lumaAt(rgb: Uint8Array, i: number): number {
  return 0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2];
}

/** Gives the object a colour in place of its own and takes the background's away; brightness stays, where RGB can hold it.
 *  Writes to `picture.rgb`. With `everywhere` the background is coloured too: for textures without an object. */
export function tint(
  { rgb, mask }: Picture,
  [cb, cr]: readonly [number, number],
  { everywhere = false }: { everywhere?: boolean } = {},
): void {
  const clamped = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
  for (let i = 0, pixel = 0; pixel < mask.length; i += 3, pixel++) {
    const luma = lumaAt(rgb, i);
    const share = everywhere ? 1 : mask[pixel] / 255;
    clamped[i] = luma + share * 1.402 * cr;
    clamped[i + 1] = luma - share * (0.344136 * cb + 0.714136 * cr);
    clamped[i + 2] = luma + share * 1.772 * cb;
  }
}
