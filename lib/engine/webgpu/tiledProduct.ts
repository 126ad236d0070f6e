// WGSL of a matrix product in tiles, which the gradients of convolution share: A [rows, depth] times B [depth, columns].
// A workgroup of 8 x 16 threads loads 16 steps of the depth into its shared memory at a time, as vectors of four rows or columns;
// each thread adds up 8 or 4 rows times 8 or 4 columns in registers.

export const THREADS = 128;
export const DEPTH = 16;
const COLUMN_THREADS = 8;
const ROW_THREADS = 16;

/** What one thread computes. */
export interface Tile {
  readonly rows: 4 | 8;
  readonly columns: 4 | 8;
}

export const rowsOf = ({ rows }: Tile): number => ROW_THREADS * rows;
export const columnsOf = ({ columns }: Tile): number => COLUMN_THREADS * columns;
export const nameOf = ({ rows, columns }: Tile): string => `${rows}x${columns}`;

/** The tiles in shared memory, by depth: `aTile` of four rows a vector, `bTile` of four columns. */
export function tileDeclarations(tile: Tile): string {
  // One vector more than needed: else threads that write different depths meet in one bank.
  return `
    const ROW_GROUPS = ${rowsOf(tile) / 4}u;
    const COLUMN_GROUPS = ${columnsOf(tile) / 4}u;
    var<workgroup> aTile: array<array<vec4<f32>, ${rowsOf(tile) / 4 + 1}>, ${DEPTH}>;
    var<workgroup> bTile: array<array<vec4<f32>, ${columnsOf(tile) / 4 + 1}>, ${DEPTH}>;`;
}

const MAIN = `
  @compute @workgroup_size(${COLUMN_THREADS}, ${ROW_THREADS})
  fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>,
          @builtin(local_invocation_id) local: vec3<u32>, @builtin(local_invocation_index) lane: u32)`;

/** The entry point: `body` has the tile's place as `firstRow` and `firstColumn`. Row tiles lie along x; when they are too many
 *  for it, `part` is an expression of the workgroup: how many times x is full before it. */
export function tileMain(tile: Tile, body: string, part = '0u'): string {
  return `${MAIN} {
    let firstRow = ((${part}) * groups.x + group.x) * ${rowsOf(tile)}u;
    let firstColumn = group.y * ${columnsOf(tile)}u;
    ${each(tile, (row, group) => `var sum${row}_${group} = vec4<f32>(0.0);`)}
    ${body}
  }`;
}

/** Adds the product of the tiles that are in shared memory to the thread's sums. */
export function addProduct(tile: Tile): string {
  const vectors = (name: string, count: number, thread: string, threads: number): string =>
    range(count / 4)
      .map((i) => `let ${name}${i} = ${name}Tile[k][${thread} + ${i * threads}u];`)
      .join('\n');
  return `
    for (var k = 0u; k < ${DEPTH}u; k++) {
      ${vectors('a', tile.rows, 'local.y', ROW_THREADS)}
      ${vectors('b', tile.columns, 'local.x', COLUMN_THREADS)}
      ${each(tile, (row, group) => `sum${row}_${group} += a${row >> 2}[${row & 3}] * b${group};`)}
    }`;
}

/** Hands the thread's sums to the function `write(place, row, column, four columns)`. */
export function writeSums(tile: Tile, place: string): string {
  return each(tile, (row, group) => {
    const r = `firstRow + (local.y + ${(row >> 2) * ROW_THREADS}u) * 4u + ${row & 3}u`;
    const c = `firstColumn + (local.x + ${group * COLUMN_THREADS}u) * 4u`;
    return `write(${place}, ${r}, ${c}, sum${row}_${group});`;
  });
}

/** A statement for every row and every vector of columns of a thread: unrolled, so that the sums stay in registers. */
function each({ rows, columns }: Tile, statement: (row: number, group: number) => string): string {
  return range(rows)
    .flatMap((row) => range(columns / 4).map((group) => statement(row, group)))
    .join('\n');
}

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}
