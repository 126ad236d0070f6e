// Kernel distance between two sets of features: without bias, however few images there are.
import { type FeatureMatrix, requireFeatures } from './featureMatrix';
import { rowProduct } from './products';

/** The unbiased squared maximum mean discrepancy with the kernel `(x.y / size + 1)^3`: mean within x, plus mean within y, minus twice the mean across,
 *  each image never with itself. Its expectation is 0 for sets of one distribution, so it may be negative.
 *
 *  Throws as `frechetDistance`. Source: Binkowski et al. 2018 (KID); here over all images, not over subsets. */
export function kernelDistance(x: FeatureMatrix, y: FeatureMatrix): number {
  requireFeatures(x, y);
  return within(x) + within(y) - 2 * across(x, y);
}

function within({ values, count, size }: FeatureMatrix): number {
  let sum = 0;
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) sum += kernel(values, i, values, j, size);
  }
  return (2 * sum) / (count * (count - 1));
}

function across(x: FeatureMatrix, y: FeatureMatrix): number {
  let sum = 0;
  for (let i = 0; i < x.count; i++) {
    for (let j = 0; j < y.count; j++) sum += kernel(x.values, i, y.values, j, x.size);
  }
  return sum / (x.count * y.count);
}

function kernel(a: Float64Array, i: number, b: Float64Array, j: number, size: number): number {
  return (rowProduct(a, i, b, j, size) / size + 1) ** 3;
}
