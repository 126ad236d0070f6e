// One picture of a batch, from bytes to a network's input: the same in every thread.
import type { Distortion } from '../../distortions/levels';
import { Random } from '../../random';
import type { Transform } from '../augment';
import { distortPicture } from '../distortPicture';
import type { ByteImage } from '../imageSource';

/** A picture, and all that determines what a network sees of it. */
export interface PictureToPrepare {
  readonly picture: ByteImage;
  readonly distortion: Distortion | null;
  /** Of the transform's generator; its maps get generators of the same seed. */
  readonly seed: number;
  /** What else is to be learnt of it, by the names of the transform's targets, but for the picture itself. */
  readonly maps: Readonly<Record<string, ByteImage>>;
}

/** Where a batch is written. */
export interface Room {
  /** `N x size x size x 3`, normalised. */
  readonly images: Float32Array;
  /** `N x size x size x channels` of each of the transform's targets. */
  readonly targets: Readonly<Record<string, Float32Array>>;
}

/** Bytes of the room for so many pictures. */
export function roomBytes({ size, targets = {} }: Transform, count: number): number {
  const channels = Object.values(targets).reduce((sum, target) => sum + target.channels, 3);
  return 4 * count * size * size * channels;
}

/** The room for so many pictures in a memory of `roomBytes`. */
export function roomIn(
  memory: ArrayBuffer | SharedArrayBuffer,
  { size, targets = {} }: Transform,
  count: number,
): Room {
  let end = 0;
  const part = (channels: number): Float32Array => {
    const start = end;
    end += 4 * count * size * size * channels;
    return new Float32Array(memory as ArrayBuffer, start, (end - start) / 4);
  };
  const images = part(3);
  return {
    images,
    targets: Object.fromEntries(
      Object.entries(targets).map(([name, { channels }]) => [name, part(channels)]),
    ),
  };
}

/** Writes a picture and its maps to their place in the room. `lent` is memory for distorting. Throws on a map of other channels. */
export async function prepareInto(
  { images, targets }: Room,
  place: number,
  { picture, distortion, seed, maps }: PictureToPrepare,
  transform: Transform,
  lent?: Float32Array,
): Promise<void> {
  const pixels = transform.size * transform.size;
  const shown = distortion === null ? picture : await distortPicture(picture, distortion, lent);
  transform.apply(shown, new Random(seed), images, place * pixels * 3);
  for (const [name, target] of Object.entries(transform.targets ?? {})) {
    const map = name === 'image' ? shown : maps[name];
    target.apply(map, new Random(seed), targets[name], place * pixels * target.channels);
  }
}
