// Tables to files.
import * as path from 'node:path';
import { writeFileAtomic } from '../files';
import { type Table, toCsv, toHtml, toMarkdown } from '../results/tables';

const FORMS = { md: toMarkdown, html: toHtml, csv: toCsv };

/** Writes `<id><suffix>.<ending>` for each ending, by default all three, and returns the files. */
export function writeTable(
  table: Table,
  suffix: string,
  folder: string,
  endings: readonly (keyof typeof FORMS)[] = ['md', 'html', 'csv'],
): string[] {
  return endings.map((ending) => {
    const file = path.join(folder, `${table.id}${suffix}.${ending}`);
    writeFileAtomic(file, FORMS[ending](table));
    return file;
  });
}
