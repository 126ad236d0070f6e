// From a drawing's ink to the solid object that it shows.

/** Reach in pixels across which gaps between the lines of a line drawing are closed. */
const CLOSING = 2;
/** Coverage above which a pixel is ink. */
const INK = 0.4;

/** The object's coverage in [0, 1] from the ink's: everything that the outside cannot reach is inside.
 *  Line drawings are closed first, so that small gaps between lines do not let the outside in. */
export function fillOutline(ink: Float32Array, size: number, isLineDrawing: boolean): Float32Array {
  const closing = isLineDrawing ? CLOSING : 0;
  const outside = floodFromBorder(dilate(ink, size, closing), size);
  for (let k = 0; k < closing; k++) growIntoGaps(outside, ink, size);
  const solid = dilate(ink, size, 0);
  // Pixels on the outer boundary keep the ink's coverage, which smooths the silhouette; cast shadows, which are faint
  // and lie farther out, do not belong to the object.
  return ink.map((coverage, i) => {
    if (outside[i]) return touches(solid, size, i) ? coverage : 0;
    return coverage > INK && touches(outside, size, i) ? coverage : 1;
  });
}

/** Thickens strokes by about one pixel: for objects that one sees through (bicycles), whose gaps must stay open. */
export function thickenStrokes(ink: Float32Array, size: number): Float32Array {
  return ink.map((coverage, i) =>
    Math.max(
      coverage,
      0.75 * Math.max(ink[i - 1] ?? 0, ink[i + 1] ?? 0, ink[i - size] ?? 0, ink[i + size] ?? 0),
    ),
  );
}

/** 1 where ink lies within a square of `reach` pixels. */
function dilate(ink: Float32Array, size: number, reach: number): Uint8Array {
  const result = new Uint8Array(size * size);
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      if (ink[y * size + x] <= INK) continue;
      for (let j = Math.max(0, y - reach); j <= Math.min(size - 1, y + reach); j++) {
        result.fill(1, j * size + Math.max(0, x - reach), j * size + Math.min(size - 1, x + reach) + 1);
      }
    }
  }
  return result;
}

/** 1 where the upper left corner can reach without crossing the wall, moving along rows and columns. */
function floodFromBorder(wall: Uint8Array, size: number): Uint8Array {
  const outside = new Uint8Array(size * size);
  const stack = [0];
  outside[0] = 1;
  const visit = (i: number): void => {
    if (outside[i] || wall[i]) return;
    outside[i] = 1;
    stack.push(i);
  };
  while (stack.length > 0) {
    const i = stack.pop() as number;
    const x = i % size;
    if (x > 0) visit(i - 1);
    if (x < size - 1) visit(i + 1);
    if (i >= size) visit(i - size);
    if (i < size * (size - 1)) visit(i + size);
  }
  return outside;
}

/** Undoes one pixel of the closing: the outside grows into neighbours without ink. */
function growIntoGaps(outside: Uint8Array, ink: Float32Array, size: number): void {
  const grown = outside.map((value, i) => (value || (ink[i] < INK && touches(outside, size, i)) ? 1 : 0));
  outside.set(grown);
}

/** Whether one of the eight neighbours belongs to the region. */
function touches(region: Uint8Array, size: number, i: number): boolean {
  for (const row of [i - size, i, i + size]) {
    if (region[row - 1] || region[row] || region[row + 1]) return true;
  }
  return false;
}
