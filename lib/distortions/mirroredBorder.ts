// Pictures that go on beyond their border as in a mirror that lies on the outermost pixels (OpenCV's default).

/** The place within `0 .. count - 1` that is seen at a place outside: -1 shows 1, `count` shows `count - 2`, and so on, back and forth. */
export function mirrored(place: number, count: number): number {
  if (count === 1) return 0;
  const period = 2 * (count - 1);
  const within = ((place % period) + period) % period;
  return within < count ? within : period - within;
}
