// Tables as data, and as Markdown, HTML and CSV.
import { unparse } from 'papaparse';

/** One cell of a table; null where there is nothing to show. */
export type TableValue = string | number | null;

/** A table: column titles and rows of as many values. */
export interface Table {
  readonly id: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly TableValue[])[];
  readonly caption: string;
}

/** Throws, naming the row, when a row's length is not the number of columns. */
export function checkTable(table: Table): Table {
  for (const [index, row] of table.rows.entries()) {
    if (row.length !== table.columns.length) {
      throw new Error(
        `Table "${table.id}", row ${index}: ${row.length} values for ${table.columns.length} columns (${table.columns.join(', ')}).`,
      );
    }
  }
  return table;
}

function shown(value: TableValue): string {
  return value === null ? '–' : String(value);
}

/** A column of numbers alone is set to the right. */
function isNumeric(table: Table, column: number): boolean {
  return table.rows.every((row) => row[column] === null || typeof row[column] === 'number');
}

/** GitHub-flavoured Markdown, with the title above and the caption below. */
export function toMarkdown(table: Table): string {
  // What could be read as an HTML tag is not one.
  const plain = (text: string): string =>
    text
      .replace(/[\\|]/g, '\\$&')
      .replace(/<(?=[a-z/!?])/gi, '&lt;')
      .replace(/\s+/g, ' ');
  const line = (values: readonly string[]): string => `| ${values.join(' | ')} |`;
  const { columns, rows } = checkTable(table);
  return [
    `### ${table.title}`,
    '',
    line(columns.map(plain)),
    line(columns.map((_, i) => (isNumeric(table, i) ? '---:' : ':---'))),
    ...rows.map((row) => line(row.map((value) => plain(shown(value))))),
    '',
    table.caption,
    '',
  ].join('\n');
}

/** An HTML table with caption; everything escaped, no styles, so that any page can dress it. */
export function toHtml(table: Table): string {
  const { columns, rows } = checkTable(table);
  const align = (i: number): string => (isNumeric(table, i) ? ' align="right"' : '');
  const head = columns.map((title, i) => `<th${align(i)}>${escapeHtml(title)}</th>`).join('');
  const body = rows.map(
    (row) => `<tr>${row.map((value, i) => `<td${align(i)}>${escapeHtml(shown(value))}</td>`).join('')}</tr>`,
  );
  return [
    '<table>',
    `<caption><strong>${escapeHtml(table.title)}</strong><br>${escapeHtml(table.caption)}</caption>`,
    `<thead><tr>${head}</tr></thead>`,
    '<tbody>',
    ...body,
    '</tbody>',
    '</table>',
    '',
  ].join('\n');
}

/** Text as HTML, within elements and double-quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}

/** CSV (RFC 4180): a header line, quotes where needed, an empty field for nothing. */
export function toCsv(table: Table): string {
  const { columns, rows } = checkTable(table);
  return `${unparse([[...columns], ...rows.map((row) => [...row])], { newline: '\r\n' })}\r\n`;
}
