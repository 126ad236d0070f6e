// How much two binary masks over the same network have in common, against chance. Plain arithmetic.

/** A mask of 0 and 1 for every masked weight, by its name. */
export type Masks = Readonly<Record<string, Uint8Array>>;

export interface Overlap {
  /** Values under the mask. */
  readonly size: number;
  /** How many each mask keeps, how many both do, and how many at least one does. */
  readonly first: number;
  readonly second: number;
  readonly shared: number;
  readonly union: number;
  /** shared / union, the intersection over union; 1 where both keep nothing. */
  readonly iou: number;
  /** Its expectation for two independent random masks that keep as many, in every layer. */
  readonly expectedIou: number;
}

export interface MaskOverlap {
  readonly layers: Readonly<Record<string, Overlap>>;
  readonly all: Overlap;
}

interface Counts {
  size: number;
  first: number;
  second: number;
  shared: number;
  /** Of `shared`, for random masks. */
  mean: number;
  variance: number;
}

/** The overlap of two masks, for each weight and in all. Throws when names or sizes differ, naming the weight.
 *
 *  By chance, n values of which a and b are kept share a hypergeometric number, of mean `ab / n` and variance
 *  `ab (n - a) (n - b) / (n^2 (n - 1))`; over layers, which are independent, both add up: so "in all" chance keeps each layer's share. The
 *  expected quotient is that of the means with its second-order correction, which errs by less than 0.001 from some hundred values on. */
export function maskOverlap(a: Masks, b: Masks): MaskOverlap {
  requireSameWeights(a, b);
  const counts = Object.keys(a).map((name): [string, Counts] => [name, count(a[name], b[name])]);
  return {
    layers: Object.fromEntries(counts.map(([name, layer]) => [name, overlapOf(layer)])),
    all: overlapOf(counts.map(([, layer]) => layer).reduce(added)),
  };
}

function count(a: Uint8Array, b: Uint8Array): Counts {
  const size = a.length;
  let [first, second, shared] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    first += a[i];
    second += b[i];
    shared += a[i] & b[i];
  }
  const mean = (first * second) / size;
  const spread = size > 1 ? ((size - first) / size) * ((size - second) / (size - 1)) : 0;
  return { size, first, second, shared, mean, variance: mean * spread };
}

function added(one: Counts, other: Counts): Counts {
  const sums = Object.entries(one).map(([key, value]) => [key, value + other[key as keyof Counts]]);
  return Object.fromEntries(sums) as Counts;
}

function overlapOf({ size, first, second, shared, mean, variance }: Counts): Overlap {
  const both = first + second;
  const union = both - shared;
  // E f(I) of f(I) = I / (both - I), around the mean of I.
  const rest = both - mean;
  const expectedIou = both === 0 ? 1 : mean / rest + (variance * both) / rest ** 3;
  return { size, first, second, shared, union, iou: union === 0 ? 1 : shared / union, expectedIou };
}

function requireSameWeights(a: Masks, b: Masks): void {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  if (names.length === 0) throw new Error('Masks over no weight at all have no overlap.');
  for (const name of names) {
    const [first, second] = [a[name]?.length, b[name]?.length];
    if (first === second && first !== 0) continue;
    const said = [first, second].map((size) => (size === undefined ? 'nothing' : `${size} values`));
    throw new Error(
      `The masks are not over the same weights: "${name}" is ${said[0]} in the first and ${said[1]} in the second.`,
    );
  }
}
