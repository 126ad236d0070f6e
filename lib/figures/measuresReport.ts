// The page of the bias measures: every number with its interval, and in plain words what it can and cannot say.
import * as path from 'node:path';
import { writeFileAtomic } from '../files';
import type { MeasureResult } from '../results/measures';
import type { Metric } from '../results/record';
import { escapeHtml, type Table, toHtml, toMarkdown } from '../results/tables';
import type { Figure } from './figure';
import { exactFigure, ranksFigure, relianceCurves } from './measuresFigures';
import { categoriesTable, levelsTable, measuresTable } from './measuresTables';
import {
  ACCURACY_WORDS,
  CATEGORY_WORDS,
  CUE_CONFLICT_WORDS,
  EXACT_WORDS,
  INTERVAL_WORDS,
  type MeasureWords,
  RANK_WORDS,
  RELIANCE_WORDS,
} from './measuresWords';
import { writeFigure } from './render';
import { figureHtml, reportPage, writeReportTable } from './reportPage';

/** The page, in the folder of the report. */
export const MEASURES_FILE = 'measures.html';

export interface MeasuresReportOptions {
  /** Where everything goes; it is made if need be. */
  folder: string;
  /** What the network was shown: goes into every caption. */
  about: string;
  /** People's shape bias on the published cue-conflict images. */
  humans?: Metric;
  /** What the reader should know besides. */
  notes?: readonly string[];
}

interface Section {
  readonly words: MeasureWords;
  readonly figure?: Figure;
  readonly table?: Table;
}

/** Writes figures (`.svg`, `.vl.json`), tables (`.csv`, `.md`), and `measures.md` and `measures.html`, which say the same; the latter holds all of them. Returns
 *  the files, these two last. Measures that the result lacks are left out. */
export async function writeMeasuresReport(
  result: MeasureResult,
  { folder, about, humans, notes = [] }: MeasuresReportOptions,
): Promise<string[]> {
  const overview = measuresTable(result, humans, about);
  const facts = [
    `Network: ${result.network}.`,
    `Shown: ${about}`,
    ...(humans === undefined || result.metrics['shape-bias'] === undefined
      ? []
      : [
          "People's shape bias is that of the published answers to the published cue-conflict images (Geirhos et al. 2019).",
        ]),
    'People have no numbers here under suppressions and for ranks: no answers of theirs to such images are at hand.',
    ...(result.whyNoReliance === null ? [] : [result.whyNoReliance]),
    ...notes,
  ];
  const sections = sectionsOf(result, about);
  const written = writeReportTable(overview, folder);
  const markdown = [
    `# ${TITLE}`,
    '',
    ...facts.map((fact) => `- ${fact}`),
    '',
    toMarkdown(overview),
    INTERVAL_WORDS,
    '',
  ];
  const html = [toHtml(overview), paragraph(INTERVAL_WORDS)];
  for (const { words, figure, table } of sections) {
    const { title, formula, can, cannot } = words;
    markdown.push(
      `## ${title}`,
      '',
      formula,
      '',
      `**What it can say.** ${can}`,
      '',
      `**What it cannot say.** ${cannot}`,
      '',
    );
    html.push(
      `<h2>${escapeHtml(title)}</h2>\n<p class="formula">${escapeHtml(formula)}</p>`,
      paragraph(can, 'What it can say.'),
      paragraph(cannot, 'What it cannot say.'),
    );
    if (figure !== undefined) {
      const { svg, spec } = await writeFigure(figure, folder);
      written.push(svg, spec);
      markdown.push(`![${title}](${path.basename(svg)})`, '', figure.caption, '');
      html.push(await figureHtml(figure));
    }
    if (table !== undefined) {
      written.push(...writeReportTable(table, folder));
      markdown.push(toMarkdown(table));
      html.push(toHtml(table));
    }
  }
  const [md, page] = ['measures.md', MEASURES_FILE].map((file) => path.join(folder, file));
  writeFileAtomic(md, `${markdown.join('\n').trimEnd()}\n`);
  writeFileAtomic(page, reportPage(TITLE, facts, html));
  return [...written, md, page];
}

const TITLE = 'Bias by several measures';

function sectionsOf(result: MeasureResult, about: string): Section[] {
  const { metrics, suppressions, exact } = result;
  const sections: [boolean, Section][] = [
    [suppressions.length + exact.length > 0, { words: ACCURACY_WORDS }],
    [metrics['shape-bias'] !== undefined, { words: CUE_CONFLICT_WORDS }],
    [metrics['rank-shape'] !== undefined, { words: RANK_WORDS, figure: ranksFigure(result, about) }],
    [
      suppressions.length > 0,
      { words: RELIANCE_WORDS, figure: relianceCurves(result, about), table: levelsTable(result, about) },
    ],
    [exact.length > 0, { words: EXACT_WORDS, figure: exactFigure(result, about) }],
    [true, { words: CATEGORY_WORDS, table: categoriesTable(result, about) }],
  ];
  return sections.filter(([isMeasured]) => isMeasured).map(([, section]) => section);
}

function paragraph(text: string, lead?: string): string {
  return `<p>${lead === undefined ? '' : `<strong>${escapeHtml(lead)}</strong> `}${escapeHtml(text)}</p>`;
}
