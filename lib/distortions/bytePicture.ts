// What suppressions ask of a picture of 8 bits a channel.
import { type ByteImageLike, type FloatImage, requireShape } from './image';

/** Throws when the sides are no whole numbers above 0, there are neither 1 nor 3 channels, or the data do not fill them. */
export function requirePicture(picture: ByteImageLike): void {
  // Of the data it looks at the length alone, which bytes have as well as floats.
  requireShape(picture as unknown as FloatImage);
}

/** The same, and on pictures of one channel. */
export function requireRgb(picture: ByteImageLike): void {
  requirePicture(picture);
  if (picture.channels !== 3)
    throw new Error('Red, green and blue are needed; this picture has one channel.');
}

/** Throws on a grey picture, of one channel or of three that are equal everywhere: there is no colour to take away, and a network would seem
 *  not to rely on it at all. */
export function requireColour(picture: ByteImageLike, suppression: string): void {
  requirePicture(picture);
  if (!isGrey(picture)) return;
  const { width, height, channels } = picture;
  const why = channels === 1 ? 'it has one channel' : 'red, green and blue are equal in each of its pixels';
  throw new Error(
    `The suppression ${suppression} takes colour away, and this picture of ${width} x ${height} is grey: ${why}. ` +
      'Reliance on colour can be measured on pictures in colour only.',
  );
}

/** Whether there is no colour in a picture: one channel, or three that are equal everywhere. */
export function isGrey({ channels, data }: ByteImageLike): boolean {
  if (channels === 1) return true;
  for (let i = 0; i < data.length; i += 3) {
    if (data[i] !== data[i + 1] || data[i] !== data[i + 2]) return false;
  }
  return true;
}
