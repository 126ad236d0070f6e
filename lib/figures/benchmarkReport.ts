// The benchmark's report: every figure and table of a result as files, and as one page that needs nothing else.
import * as path from 'node:path';
import { writeFileAtomic } from '../files';
import { type BenchmarkResult, HUMANS } from '../results/benchmark';
import type { MontageRecord } from '../results/montage';
import { escapeHtml, type Table, toCsv, toHtml, toMarkdown } from '../results/tables';
import { accuracyLines, entropyLines, errorConsistencyLines } from './benchmarkLines';
import { confusionMatrices, confusionObservers, consistencyMatrices } from './benchmarkMatrices';
import { cueAccuracyBars, scoreBars, scoreScatter } from './benchmarkScores';
import { shapeBiasBoxes, shapeBiasByCategory } from './benchmarkShapeBias';
import { accuracyTable, scoresTable, shapeBiasTable } from './benchmarkTables';
import type { Figure } from './figure';
import { montageFigure } from './montage';
import { renderSvg, writeFigure } from './render';

export interface BenchmarkReportOptions {
  /** Where everything goes; it is made if need be. */
  folder: string;
  /** Where the numbers come from: goes into every caption. */
  about: string;
  /** What the reader should know besides, e.g. which sets are missing. */
  notes?: readonly string[];
  /** What was shown, before everything else. */
  stimuli?: readonly MontageRecord[];
}

interface Section {
  readonly title: string;
  /** The formula behind it, in words and symbols. */
  readonly formula: string;
  readonly figures: readonly (Figure | undefined)[];
  readonly tables: readonly (Table | undefined)[];
}

/** Writes figures (`.svg`, `.vl.json`), tables (`.csv`, `.md`) and `report.html`, which holds all of them and asks nothing of the
 *  network. Returns the files. Sets and comparisons that the result lacks are left out. */
export async function writeBenchmarkReport(
  result: BenchmarkResult,
  { folder, about, notes = [], stimuli = [] }: BenchmarkReportOptions,
): Promise<string[]> {
  const written: string[] = [];
  const parts: string[] = [];
  for (const { title, formula, figures, tables } of sections(result, about, stimuli)) {
    const inner: string[] = [];
    for (const figure of figures) {
      if (figure === undefined) continue;
      const { svg, spec } = await writeFigure(figure, folder);
      written.push(svg, spec);
      inner.push(await figureHtml(figure));
    }
    for (const table of tables) {
      if (table === undefined) continue;
      written.push(...writeTable(table, folder));
      inner.push(toHtml(table));
    }
    if (inner.length > 0) {
      parts.push(`<h2>${escapeHtml(title)}</h2>\n<p class="formula">${escapeHtml(formula)}</p>`, ...inner);
    }
  }
  const file = path.join(folder, 'report.html');
  writeFileAtomic(file, page(result, parts, about, notes));
  return [...written, file];
}

function sections(result: BenchmarkResult, about: string, stimuli: readonly MontageRecord[]): Section[] {
  return [
    {
      title: 'Stimuli',
      formula: 'Every image is to be named by one of 16 categories.',
      figures: stimuli.map(montageFigure),
      tables: [],
    },
    {
      title: 'Scores',
      formula:
        'OOD accuracy: right answers / answers of each set, without the conditions left out, then the mean over sets. The other three compare an observer with each human observer on the same images of a condition, then average over conditions, humans and sets.',
      figures: [scoreBars(result, about), scoreScatter(result, about)],
      tables: [scoresTable(result, about)],
    },
    {
      title: 'Shape bias',
      formula:
        'shape bias = shape decisions / (shape decisions + texture decisions), over cue-conflict images whose shape and texture are of different categories; other answers are counted in neither.',
      figures: [shapeBiasByCategory(result, about), shapeBiasBoxes(result, about)],
      tables: [shapeBiasTable(result, about)],
    },
    {
      title: 'Accuracy',
      formula: 'accuracy = right answers / images; no answer counts as wrong. Chance is 1/16.',
      figures: [accuracyLines(result, about), cueAccuracyBars(result, about)],
      tables: [accuracyTable(result, about)],
    },
    {
      title: 'Error consistency',
      formula:
        'kappa = (observed - expected) / (1 - expected), where observed is the share of images on which both are right or both wrong, and expected = p q + (1 - p)(1 - q) for accuracies p and q.',
      figures: [errorConsistencyLines(result, about), consistencyMatrices(result, about)],
      tables: [],
    },
    {
      title: 'What is answered',
      formula:
        'entropy = - sum over categories of share log2 share; 4 bits when all 16 are answered equally often.',
      figures: [
        entropyLines(result, about),
        ...confusionObservers(result).map((observer) => confusionMatrices(result, observer, about)),
      ],
      tables: [],
    },
  ];
}

async function figureHtml({ id, spec, caption }: Figure): Promise<string> {
  const svg = await renderSvg(spec);
  // As an image, so that the names inside one SVG never meet those of another.
  const data = Buffer.from(svg).toString('base64');
  return `<figure><img alt="${escapeHtml(id)}" src="data:image/svg+xml;base64,${data}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

function writeTable(table: Table, folder: string): string[] {
  const forms = [
    ['csv', toCsv(table)],
    ['md', toMarkdown(table)],
  ] as const;
  return forms.map(([ending, content]) => {
    const file = path.join(folder, `${table.id}-table.${ending}`);
    writeFileAtomic(file, content);
    return file;
  });
}

const STYLE = `body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #222; max-width: 860px; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { font-weight: normal; } h2 { border-top: 1px solid #ddd; padding-top: 1.2rem; margin-top: 2.4rem; }
.formula { background: #f6f6f6; padding: 0.6rem 0.8rem; } figure { margin: 1.4rem 0; } img { max-width: 100%; }
figcaption, caption { color: #555; font-size: 13px; text-align: left; } caption { padding-bottom: 0.5rem; }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #e4e4e4; padding: 0.25rem 0.6rem; text-align: left; } li { margin: 0.2rem 0; }`;

function page(
  result: BenchmarkResult,
  parts: readonly string[],
  about: string,
  notes: readonly string[],
): string {
  const networks = result.observers.filter(({ kind }) => kind === 'model').map(({ name }) => name);
  const humans = result.observers.filter(({ kind, name }) => kind === 'human' && name !== HUMANS).length;
  const facts = [
    `Networks: ${networks.length > 0 ? networks.join(', ') : 'none'}.`,
    `Single human observers: ${humans > 0 ? humans : 'none'}.`,
    `Sets: ${result.sets.map(({ dataset }) => dataset).join(', ')}.`,
    about,
    ...notes,
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Shape-bias benchmark</title>
<link rel="icon" href="data:,">
<style>
${STYLE}
</style>
</head>
<body>
<h1>Shape-bias benchmark</h1>
<ul>
${facts.map((fact) => `<li>${escapeHtml(fact)}</li>`).join('\n')}
</ul>
${parts.join('\n')}
</body>
</html>
`;
}
