// Every experiment as a page: figures and tables as committed, and its runs.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { claimsEffects } from '../figures/claimsEffects';
import { GALLERIES, readLedger } from '../figures/galleries';
import type { Gallery } from '../figures/gallery';
import { montageFigure } from '../figures/montage';
import { readMontages } from '../results/montage';
import { RECORDS, type RunRecord, readRecords, runId } from '../results/record';
import { UNTIL_DECIDED } from '../results/seedPlan';
import { toHtml } from '../results/tables';
import { allOf } from './allOf';
import { type Assets, dataScript } from './assets';
import { committedFigure } from './committedFigure';
import { scrollable } from './outputs';
import { pageOfExperiment, placeOfRun } from './places';
import { runPanel } from './runPanel';

export interface ExperimentPage {
  readonly name: string;
  readonly address: string;
  readonly profiles: readonly ProfileSection[];
}

interface ProfileSection {
  readonly name: string;
  readonly engines: string;
  readonly data: string;
  readonly days: string;
  readonly minutes: number;
  /** Figures and tables. */
  readonly body: string;
  /** Coordinates of a cell besides its id, in the order of `runs[].values`. */
  readonly axes: readonly string[];
  readonly runs: readonly RunRow[];
}

interface RunRow {
  readonly id: string;
  readonly cell: string;
  readonly anchor: string;
  readonly values: readonly (string | number)[];
  readonly engine: string;
  readonly machine: string;
  readonly seconds: number;
  readonly date: string;
  /** Its record, in the book. */
  readonly file: string;
}

/** Where the book keeps records and what lies beside them, as in the repository's data/. */
const FOLDERS: readonly string[] = [RECORDS, UNTIL_DECIDED];

/** The pages of all experiments that have records. Copies the records into the book and writes the panel of each. Throws, naming it, where a figure was
 *  not drawn from the records. */
export async function experimentPages(assets: Assets): Promise<ExperimentPage[]> {
  const records = FOLDERS.flatMap((folder) => {
    fs.cpSync(folder, path.join(assets.folder, path.basename(folder)), { recursive: true });
    return readRecords({ folder }).map((record): Kept => ({ record, folder: path.basename(folder) }));
  });
  const pages: ExperimentPage[] = [];
  for (const gallery of GALLERIES) {
    const own = records.filter(({ record }) => record.experiment === gallery.experiment);
    const profiles: ProfileSection[] = [];
    for (const profile of new Set(own.map(({ record }) => record.profile)))
      profiles.push(
        await profileSection(
          gallery,
          own.filter(({ record }) => record.profile === profile),
          assets,
        ),
      );
    if (profiles.length > 0)
      pages.push({ name: gallery.experiment, address: pageOfExperiment(gallery.experiment), profiles });
  }
  return pages;
}

/** The stimuli at a glance. */
export function montages(assets: Assets): Promise<string[]> {
  return allOf(readMontages().map((montage) => committedFigure(montageFigure(montage), '', assets)));
}

interface Kept {
  readonly record: RunRecord;
  /** Of the book. */
  readonly folder: string;
}

async function profileSection(
  gallery: Gallery,
  kept: readonly Kept[],
  assets: Assets,
): Promise<ProfileSection> {
  const records = kept.map(({ record }) => record);
  // Figures and tables are of the profile's own seeds; those that a plan added have their own.
  const drawn = kept.filter(({ folder }) => folder === path.basename(RECORDS)).map(({ record }) => record);
  const [{ profile }] = records;
  const parts: string[] = [];
  if (drawn.length > 0) {
    const figures = gallery.figures.flatMap((draw) => draw(drawn) ?? []);
    parts.push(...(await allOf(figures.map((figure) => committedFigure(figure, `-${profile}`, assets)))));
    for (const table of gallery.tables) parts.push(scrollable(toHtml(table(drawn))));
  }
  writePanels(kept, assets.folder);
  const axes = [...new Set(records.flatMap(({ cell }) => Object.keys(cell)))].filter((axis) => axis !== 'id');
  const days = records.map(({ date }) => date).sort();
  return {
    name: profile,
    engines: distinct(records.map(({ engine }) => engine.name)),
    data: distinct(records.map(({ dataName }) => dataName)),
    days: distinct([days[0], days.at(-1) as string], ' to '),
    minutes: Math.round(records.reduce((sum, { seconds }) => sum + seconds, 0) / 60),
    body: parts.join('\n'),
    axes,
    runs: kept.map((one) => rowOf(one, axes)),
  };
}

function distinct(values: readonly string[], between = ', '): string {
  return [...new Set(values)].join(between);
}

function rowOf({ record, folder }: Kept, axes: readonly string[]): RunRow {
  const { cell, engine, machine, seconds, date, profile } = record;
  return {
    id: runId(record),
    cell: cell.id,
    anchor: placeOfRun(profile, cell.id),
    values: axes.map((axis) => cell[axis] ?? ''),
    engine: engine.name,
    machine: `${machine.cpu}, Node ${machine.node}`,
    seconds,
    date,
    file: `${folder}/${runId(record)}.json`,
  };
}

function writePanels(kept: readonly Kept[], book: string): void {
  const neighbours = kept.map(({ record }) => record);
  for (const { record, folder } of kept) {
    const file = path.join(book, 'runs', `${runId(record)}.js`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const where = `${folder}/${record.profile}/${record.experiment}`;
    fs.writeFileSync(file, dataScript(runPanel(record, neighbours, where)));
  }
}

/** All effects of the ledger in one figure. */
export function ledgerFigure(assets: Assets): Promise<string> {
  const { entries, runs } = readLedger();
  const figure = claimsEffects(entries, runs);
  return figure === null ? Promise.resolve('') : committedFigure(figure, '', assets);
}
