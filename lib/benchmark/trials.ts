// Trials: one observer's answer to one image, in the CSV columns of the model-vs-human toolbox.
import Papa from 'papaparse';
import { unknownName } from '../suggest';
import { CATEGORIES } from './categories';
import { canonicalCondition, type Dataset, findDataset } from './datasets';

export interface Trial {
  /** Who answered: a network's name, or `subject-01` and so on for people. */
  readonly subject: string;
  readonly session: string;
  readonly trial: string | number;
  /** Seconds; null for networks. */
  readonly responseTime: number | null;
  /** A category, or `na`: no answer in time. */
  readonly response: string;
  /** What the image shows; of a cue-conflict image the class of the shape. */
  readonly category: string;
  /** In canonical form; `0` in data sets without conditions. */
  readonly condition: string;
  /** Joins the answers of different observers to the same image. */
  readonly image: string;
  /** As the CSV file has it. */
  readonly imageName: string;
  /** Categories from the most to the least likely, where they are known: for top-5 accuracy. Not in CSV files. */
  readonly ranking?: readonly string[];
}

const COLUMNS = ['subj', 'session', 'trial', 'rt', 'object_response', 'category', 'condition', 'imagename'];

/** No answer in time: counts as wrong. */
export const NO_ANSWER = 'na';

/** Whether trials are a person's: the toolbox's rule on names. */
export function isHuman(subject: string): boolean {
  return subject.startsWith('subject-');
}

export interface ReadTrialsOptions {
  /** For error messages. */
  file: string;
  /** Name of the data set, for the spelling of conditions. */
  dataset: string;
}

/** Trials from a CSV file's text; columns in any order and case, others are ignored, conditions are made canonical.
 *
 *  Throws, naming file and line, on a missing column, an empty file, an unknown category, response or condition, a response time
 *  that is no number, and an image that one subject answers twice. */
export function readTrials(csv: string, { file, dataset }: ReadTrialsOptions): Trial[] {
  const known = findDataset(dataset);
  const { data, errors, meta } = Papa.parse<Record<string, string>>(csv.replace(/^\uFEFF/, ''), {
    header: true,
    skipEmptyLines: 'greedy',
    delimiter: ',',
    transformHeader: (header) => header.trim().toLowerCase(),
  });
  const missing = COLUMNS.find((column) => !meta.fields?.includes(column));
  if (missing !== undefined) {
    throw new Error(
      `${file}, line 1: the column "${missing}" is missing. Expected ${COLUMNS.join(', ')}; found ${meta.fields?.join(', ') || 'none'}.`,
    );
  }
  if (errors.length > 0) throw new Error(`${file}, line ${(errors[0].row ?? 0) + 2}: ${errors[0].message}.`);
  if (data.length === 0) throw new Error(`${file} holds no trials, only its header.`);
  const trials = data.map((row, index) => at(file, index, () => toTrial(row, known)));
  requireOneAnswerEach(trials, file);
  return trials;
}

/** The toolbox's CSV of trials, without rankings. */
export function writeTrials(trials: readonly Trial[]): string {
  const rows = trials.map((trial) => [
    trial.subject,
    trial.session,
    trial.trial,
    trial.responseTime ?? 'NaN',
    trial.response,
    trial.category,
    trial.condition,
    trial.imageName,
  ]);
  return `${Papa.unparse({ fields: COLUMNS, data: rows }, { newline: '\n' })}\n`;
}

/** What joins the answers of different observers to an image, from its name: the last piece between underscores, with the one
 *  before it when that is a WordNet id; `0001_cl_s01_cr_oven_40_n04111531_14126.png` gives `n04111531_14126.png`. */
export function imageId(imageName: string): string {
  const pieces = imageName.split('_');
  const whole = pieces.length > 1 && pieces[pieces.length - 2].startsWith('n0');
  return pieces.slice(whole ? -2 : -1).join('_');
}

/** Class of the texture of a cue-conflict image, from its id: `airplane1-bicycle2.png` gives `bicycle`.
 *  Throws when the id does not end in a category. */
export function textureOf(image: string): string {
  const last = image.slice(image.lastIndexOf('-') + 1);
  const texture = last.replace(/\.[a-z]+$/i, '').replace(/\d+$/, '');
  if (!image.includes('-') || !(CATEGORIES as readonly string[]).includes(texture)) {
    throw new Error(
      `"${image}" does not name its texture. Cue-conflict images are named <shape><number>-<texture><number>, e.g. cat4-truck2.png.`,
    );
  }
  return texture;
}

function toTrial(row: Record<string, string>, dataset: Dataset): Trial {
  const text = (column: string): string => (row[column] ?? '').trim();
  return {
    subject: required(text('subj'), 'subj'),
    session: text('session'),
    trial: text('trial'),
    responseTime: seconds(text('rt')),
    response: text('object_response') === NO_ANSWER ? NO_ANSWER : category(text('object_response')),
    category: category(text('category')),
    condition: canonicalCondition(dataset, text('condition')),
    image: imageId(required(text('imagename'), 'imagename')),
    imageName: text('imagename'),
  };
}

function required(text: string, column: string): string {
  if (text === '') throw new Error(`The column "${column}" is empty.`);
  return text;
}

function category(name: string): string {
  if (!(CATEGORIES as readonly string[]).includes(name)) throw unknownName('category', name, CATEGORIES);
  return name;
}

function seconds(text: string): number | null {
  if (text === '' || text.toLowerCase() === 'nan') return null;
  if (!Number.isFinite(Number(text))) throw new Error(`The response time "${text}" is no number of seconds.`);
  return Number(text);
}

/** Adds file and line to what goes wrong in a row; line 1 is the header. */
function at<T>(file: string, row: number, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${file}, line ${row + 2}: ${(error as Error).message}`);
  }
}

function requireOneAnswerEach(trials: readonly Trial[], file: string): void {
  const lines = new Map<string, number>();
  for (const [row, { subject, image }] of trials.entries()) {
    const key = `${subject}\n${image}`;
    const before = lines.get(key);
    if (before !== undefined) {
      throw new Error(
        `${file}, line ${row + 2}: ${subject} has answered the image ${image} already, in line ${before + 2}. Keep one answer for each image.`,
      );
    }
    lines.set(key, row);
  }
}
