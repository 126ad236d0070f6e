// Where a generator's activations are made sparse, in the report's notation.

/** Share in (0, 1] of the positions that pass, by the side of the map. */
export type Sparsity = ReadonlyMap<number, number>;

/** Reads `<side>-<side>..._<percent>-<percent>...`: "32_5" keeps 5 % of the 32 x 32 map, "32-64_5-15" also 15 % of the 64 x 64 map; '' keeps all.
 *
 *  Throws, naming the part, on another form, on sides that the generator's maps do not have, and on percentages outside (0, 100]. */
export function readSparsity(notation: string, sides: readonly number[]): Sparsity {
  if (notation === '') return new Map();
  const [left, right, ...more] = notation.split('_');
  const places = left.split('-').map(Number);
  const percents = (right ?? '').split('-').map(Number);
  if (more.length > 0 || right === undefined || places.length !== percents.length) {
    throw new Error(
      `Sparsity "${notation}" is not <side>_<percent>, or several sides and as many percentages joined by "-", e.g. "32_5" or "32-64_5-15".`,
    );
  }
  for (const side of places) {
    if (!sides.includes(side)) {
      throw new Error(
        `Sparsity "${notation}" asks for a map of side ${side}; the generator has ${sides.join(', ')}.`,
      );
    }
  }
  for (const percent of percents) {
    if (!(percent > 0 && percent <= 100)) {
      throw new Error(
        `Sparsity "${notation}" keeps ${percent} % of the positions; a map has more than 0 and at most 100 %.`,
      );
    }
  }
  if (new Set(places).size < places.length) throw new Error(`Sparsity "${notation}" names a side twice.`);
  return new Map(places.map((side, i) => [side, percents[i] / 100]));
}
