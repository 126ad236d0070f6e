// A map over its image, as pictures of Grad-CAM show it. Plain arrays: no tensors.
import { jet } from '../colourMap';

/** Half heat and half image, divided by its largest value: `map` of `pixels` values in 0..1, `rgb` of `3 * pixels` bytes; gives as many bytes.
 *  Throws when the two differ in size. Source: pytorch-grad-cam's `show_cam_on_image`. */
export function overlay(map: ArrayLike<number>, rgb: Uint8Array): Uint8Array {
  if (rgb.length !== 3 * map.length) {
    throw new Error(
      `A map of ${map.length} values needs an image of as many pixels, not of ${rgb.length / 3}.`,
    );
  }
  const mixed = new Float32Array(rgb.length);
  let largest = 0;
  for (let i = 0; i < map.length; i++) {
    const heat = jet(map[i]);
    for (let c = 0; c < 3; c++) {
      mixed[3 * i + c] = (heat[c] + rgb[3 * i + c]) / 510;
      largest = Math.max(largest, mixed[3 * i + c]);
    }
  }
  return Uint8Array.from(mixed, (value) => Math.floor((255 * value) / largest));
}
