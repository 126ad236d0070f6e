// Colour as a control of its own: how bright a pixel is stays, its hue is that of a class.

/** Distance from grey in the plane of Cb and Cr (0..255): far enough to be told apart, near enough to stay inside most RGB. */
const SATURATION = 48;

/** Cb and Cr around grey of the `hue`-th of `hues` equally spaced colours. */
export function chromaOf(hue: number, hues: number): readonly [cb: number, cr: number] {
  const angle = (2 * Math.PI * hue) / hues;
  return [SATURATION * Math.cos(angle), SATURATION * Math.sin(angle)];
}

/** Luma (ITU-R BT.601) of a colour, 0..255, not rounded. */
export function lumaOf([red, green, blue]: readonly number[]): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

/** The same of the pixel whose red is at `i`. */
export function lumaAt(rgb: Uint8Array, i: number): number {
  return 0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2];
}

/** Gives the whole picture one hue in place of its own colours; brightness stays, where RGB can hold it. The ground has it too: else colour would
 *  say where the object is, and a network that needs only its shape would need colour. Writes to `rgb`. */
export function tint(rgb: Uint8Array, [cb, cr]: readonly [number, number]): void {
  const clamped = new Uint8ClampedArray(rgb.buffer, rgb.byteOffset, rgb.length);
  for (let i = 0; i < rgb.length; i += 3) {
    const luma = lumaAt(rgb, i);
    clamped[i] = luma + 1.402 * cr;
    clamped[i + 1] = luma - 0.344136 * cb - 0.714136 * cr;
    clamped[i + 2] = luma + 1.772 * cb;
  }
}
