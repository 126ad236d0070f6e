// From the stored records to every figure and table on disk. Needs no TensorFlow.
import * as path from 'node:path';
import { fromRoot, writeFileAtomic } from '../files';
import { ledgerFile } from '../results/ledgerFile';
import { readMontages } from '../results/montage';
import { type RunRecord, readableJson, readRecords } from '../results/record';
import { readSeedPlans } from '../results/seedPlan';
import type { Table } from '../results/tables';
import { claimsEffects } from './claimsEffects';
import { claimsTable } from './claimsTable';
import type { Figure } from './figure';
import { GALLERIES, type PlannedClaims, readLedger, readPlannedClaims } from './galleries';
import { looksFigure } from './looks';
import { looksPowerTable, looksTable } from './looksTables';
import { montageFigure } from './montage';
import { writeFigure } from './render';
import { writeTable } from './writeTable';

export interface WriteOptions {
  /** Where the records are. */
  records?: string;
  /** Where the montages of stimuli are. */
  montages?: string;
  /** Where plans of seeds are, and the records of the seeds that were added. */
  untilDecided?: string;
  /** Where figures and tables go. */
  folder?: string;
}

/** Writes all figures and tables for which there are records: `<id>-<profile>.{svg,vl.json}` and `.{md,html,csv}`; and the montages.
 *  Returns the names of the files, in order. Throws, naming file and field, when a record is not one. */
export async function writeFigures(options: WriteOptions = {}): Promise<string[]> {
  const { folder = fromRoot('figures') } = options;
  const written: string[] = [];
  for (const { experiment, figures, tables } of GALLERIES) {
    for (const records of byProfile(readRecords({ experiment, folder: options.records }))) {
      const suffix = `-${records[0].profile}`;
      for (const figure of figures.flatMap((draw) => draw(records, options.records) ?? []))
        written.push(...(await writeOneFigure(figure, suffix, folder)));
      for (const table of tables) written.push(...writeTable(table(records), suffix, folder));
    }
  }
  for (const { plan, entries, runs } of plannedClaims(options)) {
    if (entries.length === 0) continue;
    const looks = looksFigure(entries, runs);
    if (looks !== null) written.push(...(await writeOneFigure(looks, `-${plan.profile}`, folder)));
    for (const table of [looksTable(entries, runs), looksPowerTable(entries)])
      if (table !== null) written.push(...writeTable(table, `-${plan.profile}`, folder));
  }
  const ledger = readLedger(options);
  const effects = claimsEffects(ledger.entries, ledger.runs);
  if (effects !== null) written.push(...(await writeOneFigure(effects, '', folder)));
  for (const montage of readMontages(options.montages))
    written.push(...(await writeOneFigure(montageFigure(montage), '', folder)));
  return written;
}

/** Writes the ledger of all papers' claims as a table, which it returns, and for machines: `claims.{md,html,csv,json}`. */
export function writeClaims(options: WriteOptions = {}): Table {
  const { folder = fromRoot('figures') } = options;
  const { entries, runs } = readLedger(options);
  const table = claimsTable(entries, runs);
  writeTable(table, '', folder);
  writeFileAtomic(path.join(folder, 'claims.json'), `${readableJson(ledgerFile(entries, runs))}\n`);
  return table;
}

/** Of every stored plan. */
function plannedClaims(options: WriteOptions): PlannedClaims[] {
  return readSeedPlans(options.untilDecided).map((plan) => readPlannedClaims(plan, options));
}

/** A figure is its picture, its specification and what must be read beside it. */
async function writeOneFigure(
  { id, spec, caption }: Figure,
  suffix: string,
  folder: string,
): Promise<string[]> {
  const { svg, spec: json } = await writeFigure({ id: id + suffix, spec, caption }, folder);
  const text = path.join(folder, `${id}${suffix}.txt`);
  writeFileAtomic(text, `${caption}\n`);
  return [svg, json, text];
}

function byProfile(records: readonly RunRecord[]): RunRecord[][] {
  const profiles = [...new Set(records.map((record) => record.profile))].sort();
  return profiles.map((profile) => records.filter((record) => record.profile === profile));
}
