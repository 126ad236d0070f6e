// Products of rows, in double precision: nearly all of the time that a distance takes.

/** The product of row i of `a` with row j of `b`, rows of `size` numbers. Four sums at a time: one would wait for itself at every addition. */
export function rowProduct(a: Float64Array, i: number, b: Float64Array, j: number, size: number): number {
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  let left = i * size;
  let right = j * size;
  const end = left + size;
  for (; left + 3 < end; left += 4, right += 4) {
    first += a[left] * b[right];
    second += a[left + 1] * b[right + 1];
    third += a[left + 2] * b[right + 2];
    fourth += a[left + 3] * b[right + 3];
  }
  for (; left < end; left++, right++) first += a[left] * b[right];
  return first + second + (third + fourth);
}

/** All products of a row of `a` with a row of `b`: `[rows of a, rows of b]`. */
export function rowProducts(a: Float64Array, b: Float64Array, size: number): Float64Array {
  const [rows, columns] = [a.length / size, b.length / size];
  const result = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) result[i * columns + j] = rowProduct(a, i, b, j, size);
  }
  return result;
}

/** All products of two rows of `a`, each computed once: symmetric. */
export function gramOfRows(a: Float64Array, size: number): Float64Array {
  const rows = a.length / size;
  const result = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = i; j < rows; j++) {
      result[i * rows + j] = rowProduct(a, i, a, j, size);
      result[j * rows + i] = result[i * rows + j];
    }
  }
  return result;
}
