// Fréchet distance between two sets of features, taken for normal distributions.
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { type FeatureMatrix, featureMeans, requireFeatures, scatterRows } from './featureMatrix';
import { gramOfRows, rowProducts } from './products';

/** `|m1 - m2|^2 + tr(S1) + tr(S2) - 2 tr((S1 S2)^(1/2))` with means m and unbiased covariances S, in double precision; at least 0 but for rounding.
 *
 *  Exact for singular covariances, too: no ridge is added. Throws on one image, on features that are not finite and on different numbers of them.
 *  Source: Dowson and Landau 1982; Heusel et al. 2017. */
export function frechetDistance(x: FeatureMatrix, y: FeatureMatrix): number {
  requireFeatures(x, y);
  const [a, b] = [featureMeans(x), featureMeans(y)];
  const [rowsOfX, rowsOfY] = [scatterRows(x), scatterRows(y)];
  const apart = a.reduce((sum, mean, i) => sum + (mean - b[i]) ** 2, 0);
  return apart + squares(rowsOfX) + squares(rowsOfY) - 2 * traceOfRoot(rowsOfX, rowsOfY, x.size);
}

/** `tr((A^T A B^T B)^(1/2))` of rows A and B: the sum of the singular values of `A B^T`. From whichever matrix is smallest. */
function traceOfRoot(a: Float64Array, b: Float64Array, size: number): number {
  const [few, many] = a.length <= b.length ? [a, b] : [b, a];
  return few.length / size < size
    ? sumOfRoots(gramOfRows(rowProducts(few, many, size), many.length / size))
    : traceByCovariances(a, b, size);
}

/** The same by matrices of the number of features: with `S1 = R R^T` the eigenvalues of `R^T S2 R`. */
function traceByCovariances(a: Float64Array, b: Float64Array, size: number): number {
  const [first, second] = [a, b].map((rows) => {
    const columns = transposed(rows, size);
    return gramOfRows(columns, rows.length / size);
  });
  const { vectors, values } = decompose(first);
  // Rows of R^T: eigenvectors times the roots of their eigenvalues.
  const root = vectors.map((value, i) => value * Math.sqrt(Math.max(0, values[Math.floor(i / size)])));
  return sumOfRoots(rowProducts(rowProducts(root, second, size), root, size));
}

/** The sum of the roots of a symmetric matrix's eigenvalues; negative ones are rounding. */
function sumOfRoots(matrix: Float64Array): number {
  return decompose(matrix).values.reduce((sum, value) => sum + Math.sqrt(Math.max(0, value)), 0);
}

/** Eigenvalues, and the eigenvectors as rows. */
function decompose(matrix: Float64Array): { values: number[]; vectors: Float64Array } {
  const size = Math.sqrt(matrix.length);
  const decomposition = new EigenvalueDecomposition(Matrix.from1DArray(size, size, matrix), {
    assumeSymmetric: true,
  });
  return {
    values: decomposition.realEigenvalues,
    vectors: Float64Array.from(decomposition.eigenvectorMatrix.transpose().to1DArray()),
  };
}

function transposed(rows: Float64Array, size: number): Float64Array {
  const count = rows.length / size;
  return Float64Array.from(
    { length: rows.length },
    (_, i) => rows[(i % count) * size + Math.floor(i / count)],
  );
}

function squares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
