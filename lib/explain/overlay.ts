// A map over its image, as pictures of Grad-CAM show it. Plain arrays: no tensors.

/** The colour of a value in 0..1 on the JET colour map, `[red, green, blue]` in 0..255: blue, cyan, yellow, red. As OpenCV's COLORMAP_JET up to
 *  two levels. */
export function jet(value: number): [red: number, green: number, blue: number] {
  const channel = (centre: number): number =>
    Math.round(255 * Math.min(1, Math.max(0, 1.5 - Math.abs(4 * value - centre))));
  return [channel(3), channel(2), channel(1)];
}

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
