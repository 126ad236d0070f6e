// The benchmark's report: every figure and table of a result as files, and as one page that needs nothing else.
import * as path from 'node:path';
import { writeFileAtomic } from '../files';
import { type BenchmarkResult, HUMANS } from '../results/benchmark';
import type { MontageRecord } from '../results/montage';
import { escapeHtml, type Table, toHtml } from '../results/tables';
import { accuracyLines, entropyLines, errorConsistencyLines } from './benchmarkLines';
import { confusionMatrices, confusionObservers, consistencyMatrices } from './benchmarkMatrices';
import { cueAccuracyBars, scoreBars, scoreScatter } from './benchmarkScores';
import { shapeBiasBoxes, shapeBiasByCategory } from './benchmarkShapeBias';
import { accuracyTable, scoresTable, shapeBiasTable } from './benchmarkTables';
import type { Figure } from './figure';
import { montageFigure } from './montage';
import { writeFigure } from './render';
import { figureHtml, type PageLink, reportPage, writeReportTable } from './reportPage';

export interface BenchmarkReportOptions {
  /** Where everything goes; it is made if need be. */
  folder: string;
  /** Where the numbers come from: goes into every caption. */
  about: string;
  /** What the reader should know besides, e.g. which sets are missing. */
  notes?: readonly string[];
  /** What was shown, before everything else. */
  stimuli?: readonly MontageRecord[];
  /** Pages beside the report. */
  links?: readonly PageLink[];
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
  { folder, about, notes = [], stimuli = [], links = [] }: BenchmarkReportOptions,
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
      written.push(...writeReportTable(table, folder));
      inner.push(toHtml(table));
    }
    if (inner.length > 0) {
      parts.push(`<h2>${escapeHtml(title)}</h2>\n<p class="formula">${escapeHtml(formula)}</p>`, ...inner);
    }
  }
  const file = path.join(folder, 'report.html');
  writeFileAtomic(file, page(result, parts, [about, ...notes, ...links]));
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

function page(
  result: BenchmarkResult,
  parts: readonly string[],
  more: readonly (string | PageLink)[],
): string {
  const networks = result.observers.filter(({ kind }) => kind === 'model').map(({ name }) => name);
  const humans = result.observers.filter(({ kind, name }) => kind === 'human' && name !== HUMANS).length;
  const facts = [
    `Networks: ${networks.length > 0 ? networks.join(', ') : 'none'}.`,
    `Single human observers: ${humans > 0 ? humans : 'none'}.`,
    `Sets: ${result.sets.map(({ dataset }) => dataset).join(', ')}.`,
    ...more,
  ];
  return reportPage('Shape-bias benchmark', facts, parts);
}
