// Several pictures as one.
import type { ByteImage } from './imageSource';

/** Coloured square pictures of one size side by side, `columns` in a row, without a gap. Throws unless they fill the rows. */
export function sheetOf(pictures: readonly ByteImage[], columns: number): ByteImage {
  const rows = pictures.length / columns;
  if (!(Number.isInteger(rows) && rows >= 1))
    throw new Error(`${pictures.length} pictures do not fill rows of ${columns}.`);
  const side = pictures[0].width;
  const width = columns * side;
  const data = new Uint8Array(width * rows * side * 3);
  for (const [i, picture] of pictures.entries()) {
    if (picture.width !== side || picture.height !== side || picture.channels !== 3)
      throw new Error(`Picture ${i} has another size or colour than the first, ${side} x ${side} x 3.`);
    const [row, column] = [Math.floor(i / columns), i % columns];
    for (let line = 0; line < side; line++) {
      const from = picture.data.subarray(line * side * 3, (line + 1) * side * 3);
      data.set(from, ((row * side + line) * width + column * side) * 3);
    }
  }
  return { width, height: rows * side, channels: 3, data };
}
