// The colours of heat maps.

/** The colour of a value in 0..1 on the JET colour map, `[red, green, blue]` in 0..255: blue, cyan, yellow, red. As OpenCV's COLORMAP_JET up to
 *  two levels. */
export function jet(value: number): [red: number, green: number, blue: number] {
  const channel = (centre: number): number =>
    Math.round(255 * Math.min(1, Math.max(0, 1.5 - Math.abs(4 * value - centre))));
  return [channel(3), channel(2), channel(1)];
}
