// Kernel distance between two sets of features: without bias, however few images there are.
import { type FeatureMatrix, partOfImage, requireFeatures } from './featureMatrix';
import { rowProduct } from './products';

/** The unbiased squared maximum mean discrepancy with the kernel `(x.y / size + 1)^3`: mean within x, plus mean within y, minus twice the mean across,
 *  each image never with itself. Its expectation is 0 for sets of one distribution, so it may be negative.
 *
 *  Throws as `frechetDistance`. Source: Binkowski et al. 2018 (KID); here over all images, not over subsets. */
export function kernelDistance(x: FeatureMatrix, y: FeatureMatrix): number {
  requireFeatures(x, y);
  return distanceOf(sumsOf(x, y, 1), x.count);
}

/** The distance and, for each of `parts` consecutive parts of x, what it is without that part: every kernel is computed once. */
export function kernelDistanceByParts(
  x: FeatureMatrix,
  y: FeatureMatrix,
  parts: number,
): { value: number; without: number[] } {
  requireFeatures(x, y);
  const sums = sumsOf(x, y, parts);
  return {
    value: distanceOf(sums, x.count),
    without: sums.sizes.map((size, part) => distanceOf(sums, x.count - size, part)),
  };
}

/** Of the kernels of pairs, by the parts of x. */
interface Sums {
  /** Images of each part. */
  readonly sizes: number[];
  /** Pairs within x that touch a part; a pair within one part counts once. */
  readonly touching: Float64Array;
  /** Pairs of a part's images with those of y. */
  readonly across: Float64Array;
  readonly allWithin: number;
  readonly meanWithinY: number;
  readonly countOfY: number;
}

function sumsOf(x: FeatureMatrix, y: FeatureMatrix, parts: number): Sums {
  const partOf = (image: number): number => partOfImage(image, x.count, parts);
  const sizes = new Array<number>(parts).fill(0);
  const [touching, across] = [new Float64Array(parts), new Float64Array(parts)];
  let allWithin = 0;
  for (let i = 0; i < x.count; i++) {
    const part = partOf(i);
    sizes[part]++;
    for (let j = 0; j < i; j++) {
      const value = kernel(x.values, i, x.values, j, x.size);
      allWithin += value;
      touching[part] += value;
      if (partOf(j) !== part) touching[partOf(j)] += value;
    }
    for (let j = 0; j < y.count; j++) across[part] += kernel(x.values, i, y.values, j, x.size);
  }
  return { sizes, touching, across, allWithin, meanWithinY: meanWithin(y), countOfY: y.count };
}

/** Of the `count` images that are left without a part, if one is named. */
function distanceOf(sums: Sums, count: number, part?: number): number {
  const { touching, across, allWithin, meanWithinY, countOfY } = sums;
  const within = allWithin - (part === undefined ? 0 : touching[part]);
  const between = across.reduce((sum, value, i) => (i === part ? sum : sum + value), 0);
  return (2 * within) / (count * (count - 1)) + meanWithinY - (2 * between) / (count * countOfY);
}

function meanWithin({ values, count, size }: FeatureMatrix): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) sum += kernel(values, i, values, j, size);
  }
  return (2 * sum) / (count * (count - 1));
}

function kernel(a: Float64Array, i: number, b: Float64Array, j: number, size: number): number {
  return (rowProduct(a, i, b, j, size) / size + 1) ** 3;
}
