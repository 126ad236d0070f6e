// Maps over their images, as pictures.
import type { CamMaps } from './gradCam';
import { overlay } from './overlay';

/** An RGB image, row by row. */
interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Each image under its map; the maps are of the images' size (`enlargeMaps`). Throws where the two do not fit. */
export function overlayPictures(maps: CamMaps, images: readonly Picture[]): Picture[] {
  const pixels = maps.height * maps.width;
  return images.map((image, i) => ({
    ...image,
    data: overlay(maps.values.subarray(i * pixels, (i + 1) * pixels), image.data),
  }));
}
