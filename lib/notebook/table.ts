// Tables as HTML and as text. A danfo.js DataFrame is one; so is any object of the same form.
import { escapeHtml } from '../results/tables';

/** Rows and columns, as in a danfo.js DataFrame. */
export interface Table {
  readonly columns: readonly string[];
  /** Row labels. */
  readonly index: readonly (string | number)[];
  /** Row by row. */
  readonly values: unknown;
}

export interface TableOptions {
  /** Rows shown; the rest is counted below the table. */
  rows?: number;
  /** Significant digits of numbers that are not whole. */
  digits?: number;
}

interface Cells {
  header: string[];
  rows: { label: string; cells: string[]; numeric: boolean[] }[];
  /** What is not shown, in words; empty when all rows are. */
  rest: string;
}

function toCells({ columns, index, values }: Table, { rows = 30, digits = 4 }: TableOptions): Cells {
  const all = values as readonly (readonly unknown[] | unknown)[];
  const shown = all.slice(0, rows).map((row, i) => {
    const cells = Array.isArray(row) ? row : [row];
    const numeric = cells.map((cell) => typeof cell === 'number');
    return { label: String(index[i]), cells: cells.map((cell) => cellText(cell, digits)), numeric };
  });
  const rest = all.length > rows ? `${all.length - rows} of ${all.length} rows not shown` : '';
  return { header: [...columns], rows: shown, rest };
}

function cellText(value: unknown, digits: number): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'number') return String(value);
  return Number.isInteger(value) || !Number.isFinite(value) ? String(value) : value.toPrecision(digits);
}

/** The table as HTML, in the form that Jupyter styles. */
export function tableHtml(table: Table, options: TableOptions = {}): string {
  const { header, rows, rest } = toCells(table, options);
  const head = header.map((name) => `<th>${escapeHtml(name)}</th>`).join('');
  const body = rows.map(({ label, cells, numeric }) => {
    const data = cells.map(
      (cell, i) => `<td style="text-align: ${numeric[i] ? 'right' : 'left'}">${escapeHtml(cell)}</td>`,
    );
    return `<tr><th>${escapeHtml(label)}</th>${data.join('')}</tr>`;
  });
  const foot = rest && `<p>${rest}</p>`;
  return `<table class="dataframe">\n<thead><tr><th></th>${head}</tr></thead>\n<tbody>\n${body.join('\n')}\n</tbody>\n</table>${foot}`;
}

/** The table as aligned text: numbers to the right, words to the left. */
export function tableText(table: Table, options: TableOptions = {}): string {
  const { header, rows, rest } = toCells(table, options);
  const lines = [['', ...header], ...rows.map(({ label, cells }) => [label, ...cells])];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  const right = header.map((_, column) => rows.some(({ numeric }) => numeric[column]));
  const text = lines.map((line) =>
    line
      .map((cell, column) =>
        column > 0 && right[column - 1] ? cell.padStart(widths[column]) : cell.padEnd(widths[column]),
      )
      .join('  ')
      .trimEnd(),
  );
  return [...text, ...(rest ? [rest] : [])].join('\n');
}
