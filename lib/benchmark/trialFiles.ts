// Trials in folders of CSV files: the toolbox's, ours, anyone's.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { foldersIn } from '../data/imageFiles';
import { unknownName } from '../suggest';
import type { TrialsBySet } from './benchmark';
import { DATASETS } from './datasets';
import { type ReadTrialsOptions, readTrials, type Trial } from './trials';

/** All trials under a folder, at any depth, without hidden files; links to files and folders count. A file's data set is the folder it
 *  lies in, or else the beginning of its name: `cue-conflict/anything.csv`, `cue-conflict_resnet50_session-1.csv`.
 *
 *  Throws when the folder is missing or holds no CSV file, on a link to a file that is not there, when a file's data set cannot be told,
 *  when a subject answers an image in two files, and as `readTrials`, always naming the file. */
export function readTrialFolder(
  folder: string,
  options: Pick<ReadTrialsOptions, 'labels' | 'onResponse'> = {},
): TrialsBySet {
  if (!fs.existsSync(folder) || !fs.statSync(folder).isDirectory()) {
    throw new Error(`There is no folder ${folder}. Give the folder that holds the CSV files of trials.`);
  }
  const files = eachOnce(csvFilesBelow(folder));
  if (files.length === 0) {
    throw new Error(
      `${folder} holds no CSV files. Expected <data set>/<data set>_<subject>_session-1.csv, e.g. edge/edge_resnet50_session-1.csv.`,
    );
  }
  const sets: Record<string, Trial[]> = {};
  const seen = new Map<string, string>();
  for (const file of files) {
    const dataset = datasetOf(file);
    sets[dataset] ??= [];
    for (const trial of readTrials(readText(file), { file, dataset, ...options })) {
      const key = `${dataset}\n${trial.subject}\n${trial.image}`;
      const before = seen.get(key);
      if (before !== undefined) {
        throw new Error(
          `${file}: ${trial.subject} has answered ${trial.image} of ${dataset} already, in ${before}. Remove one of the files.`,
        );
      }
      seen.set(key, file);
      sets[dataset].push(trial);
    }
  }
  return sets;
}

function csvFilesBelow(folder: string, outer: readonly string[] = []): string[] {
  // A link may lead back to a folder that it lies in.
  const real = fs.realpathSync(folder);
  if (outer.includes(real)) return [];
  const files = fs
    .readdirSync(folder)
    .filter((name) => !name.startsWith('.') && name.toLowerCase().endsWith('.csv'))
    .map((name) => path.join(folder, name))
    .filter(isFile);
  const inner = foldersIn(folder).map((name) => path.join(folder, name));
  return [...files, ...inner.flatMap((each) => csvFilesBelow(each, [...outer, real]))];
}

/** In alphabetical order; of a file and its links within one data set the file itself, where it is among them. */
function eachOnce(files: readonly string[]): string[] {
  const byTarget = new Map<string, string>();
  for (const file of [...files].sort()) {
    const target = fs.realpathSync(file);
    const key = `${datasetOf(file)}\n${target}`;
    if (!byTarget.has(key) || !fs.lstatSync(file).isSymbolicLink()) byTarget.set(key, file);
  }
  return [...byTarget.values()].sort();
}

function isFile(file: string): boolean {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined)
    throw new Error(
      `${file} is a link to a file that is not there. Fetch the file (e.g. by dvc pull or git annex get), or remove the link.`,
    );
  return stat.isFile();
}

/** The text of a UTF-8 file. Throws, naming the file, when it is written otherwise. */
function readText(file: string): string {
  const bytes = fs.readFileSync(file);
  // Half of the bytes of Latin text in UTF-16 are zero; its mark of byte order is FF FE or FE FF.
  const mark = bytes.length >= 2 ? bytes.readUInt16BE(0) : 0;
  if (mark === 0xfffe || mark === 0xfeff || bytes.subarray(0, 200).includes(0)) {
    throw new Error(`${file} is UTF-16 text. Save it as UTF-8, e.g. as "CSV UTF-8 (comma delimited)".`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`${file} is not UTF-8 text. Save it as UTF-8, e.g. as "CSV UTF-8 (comma delimited)".`);
  }
}

/** Both, e.g. of humans and of a network. */
export function joinTrials(...parts: readonly TrialsBySet[]): TrialsBySet {
  const names = new Set(parts.flatMap((part) => Object.keys(part)));
  return Object.fromEntries([...names].map((name) => [name, parts.flatMap((part) => part[name] ?? [])]));
}

function datasetOf(file: string): string {
  const names = DATASETS.map(({ name }) => name);
  const folder = path.basename(path.dirname(file));
  if (names.includes(folder)) return folder;
  const [prefix] = path.basename(file).split('_');
  if (names.includes(prefix)) return prefix;
  throw new Error(`${file}: which data set is this? ${unknownName('data set', prefix, names).message}`);
}
