// Trials: one observer's answer to one image, in the CSV columns of the model-vs-human toolbox.
import Papa from 'papaparse';
import { HUMANS } from '../results/benchmark';
import { unknownName } from '../suggest';
import { CATEGORIES } from './categories';
import { canonicalCondition, type Dataset, findDataset } from './datasets';
import { categoryOf, type Labels } from './labels';

export interface Trial {
  /** Who answered: a network's name, or `subject-01` and so on for humans. */
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
  /** Where it was read, e.g. `edge/net.csv, line 2`. Not in CSV files. */
  readonly source?: string;
  /** Categories from the most to the least likely, where they are known: for top-5 accuracy. Not in CSV files. */
  readonly ranking?: readonly string[];
}

const SEPARATORS = [
  [';', 'semicolons'],
  ['\t', 'tabs'],
  ['|', 'bars'],
] as const;

const COLUMNS = ['subj', 'session', 'trial', 'rt', 'object_response', 'category', 'condition', 'imagename'];

/** No answer in time: counts as wrong. */
export const NO_ANSWER = 'na';

/** Whether trials are a human observer's: the toolbox's rule on names. */
export function isHuman(subject: string): boolean {
  return subject.startsWith('subject-');
}

export interface ReadTrialsOptions {
  /** For error messages. */
  file: string;
  /** Name of the data set, for the spelling of conditions. */
  dataset: string;
  /** What responses stand for that are no categories. */
  labels?: Labels;
  /** Called with every response but `na`, as the file has it. */
  onResponse?: (label: string) => void;
}

/** Trials from a CSV file's text; columns in any order and case, others are ignored, conditions are made canonical.
 *
 *  Throws, naming file and line, on another separator than the comma, a missing or repeated column, an empty file, a line that is cut,
 *  an unknown category, response or condition, a response time that is no number, an image name without an ending, and an
 *  image that one subject answers twice. */
export function readTrials(csv: string, options: ReadTrialsOptions): Trial[] {
  const { file, dataset } = options;
  const known = findDataset(dataset);
  const content = csv.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  requireColumns(file, Papa.parse<string[]>(content, { delimiter: ',', preview: 1 }).data[0] ?? []);
  const { data, errors } = Papa.parse<Record<string, string>>(content, {
    header: true,
    delimiter: ',',
    transformHeader: columnName,
  });
  // Empty lines are skipped here, not by the parser, so that the others keep their numbers.
  const rows = [...data.entries()].filter(([, row]) => Object.values(row).some(isFilled));
  const last = rows.at(-1)?.[0];
  const problem =
    errors.find(({ type }) => type === 'Quotes') ??
    errors.find(({ row = 0 }) => rows.some(([index]) => index === row));
  if (problem !== undefined) {
    const { row = 0, type, message } = problem;
    // Of quotes the parser counts the header as well.
    const line = type === 'Quotes' ? row + 1 : row + 2;
    const cut = row === last ? ' It is the last line: the file may have been cut' : '';
    throw new Error(`${file}, line ${line}: ${message}.${cut === '' ? '' : `${cut}.`}`);
  }
  if (rows.length === 0) throw new Error(`${file} holds no trials, only its header.`);
  const trials = rows.map(([row, fields]) => {
    const source = `${file}, line ${row + 2}`;
    return at(source, () => ({ ...toTrial(fields, known, options), source }));
  });
  requireOneAnswerEach(trials, file);
  return trials;
}

function columnName(header: string): string {
  return header.trim().toLowerCase();
}

function requireColumns(file: string, headers: readonly string[]): void {
  const fields = headers.map(columnName);
  const repeated = fields.find((column, place) => fields.indexOf(column) !== place);
  if (repeated !== undefined) throw new Error(`${file}, line 1: the column "${repeated}" stands twice.`);
  const missing = COLUMNS.find((column) => !fields.includes(column));
  if (missing === undefined) return;
  const other = SEPARATORS.find(([separator]) => fields.some((field) => field.includes(separator)));
  if (other !== undefined) {
    throw new Error(
      `${file}, line 1: the columns are separated by ${other[1]}. Separate them by commas, e.g. by saving the file as "CSV UTF-8 (comma delimited)".`,
    );
  }
  throw new Error(
    `${file}, line 1: the column "${missing}" is missing. Expected ${COLUMNS.join(', ')}; found ${fields.join(', ') || 'none'}.`,
  );
}

/** Text in a field; parsers put surplus fields into a list. */
function isFilled(value: unknown): boolean {
  return typeof value !== 'string' || value.trim() !== '';
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

function toTrial(
  row: Record<string, string>,
  dataset: Dataset,
  { labels, onResponse }: ReadTrialsOptions,
): Trial {
  const text = (column: string): string => (row[column] ?? '').trim();
  return {
    subject: subjectIn(text('subj')),
    session: text('session'),
    trial: text('trial'),
    responseTime: seconds(text('rt')),
    response: response(text('object_response'), labels, onResponse),
    category: category(text('category'), labels),
    condition: canonicalCondition(dataset, text('condition')),
    image: imageId(imageNameIn(text('imagename'))),
    imageName: text('imagename'),
  };
}

function subjectIn(text: string): string {
  if (text === HUMANS) throw new Error(`The subject "${HUMANS}" stands for all humans together: name one.`);
  return required(text, 'subj');
}

function required(text: string, column: string): string {
  if (text === '') throw new Error(`The column "${column}" is empty.`);
  return text;
}

/** Spellings of "no answer" that programs write instead of the toolbox's. */
const NOTHING = ['', 'na', '<na>', '#n/a', 'n/a', 'nan', 'none', 'null', 'undefined', '-'];

function response(text: string, labels?: Labels, onResponse?: (label: string) => void): string {
  if (text === NO_ANSWER) return NO_ANSWER;
  if (labels?.mapping.has(text) !== true && NOTHING.includes(text.toLowerCase())) {
    const found = text === '' ? 'is empty' : `is "${text}"`;
    throw new Error(`The response ${found}; no answer is written "${NO_ANSWER}".`);
  }
  onResponse?.(text);
  return categoryOf(text, labels) === null ? NO_ANSWER : category(text, labels);
}

function imageNameIn(text: string): string {
  if (text === '') throw new Error('The column "imagename" is empty. The line may have been cut.');
  const name = text;
  if (!/\.[a-z0-9]{3,5}$/i.test(name)) {
    throw new Error(
      `The image name "${name}" has no ending, such as .png, so no other observer can have seen it. The line may have been cut.`,
    );
  }
  return name;
}

function category(name: string, labels?: Labels): string {
  const found = categoryOf(name, labels);
  if (found === null) throw new Error(`The label "${name}" stands for no category by ${labels?.file}.`);
  if (found !== undefined) return found;
  const { message } = unknownName('category', name, CATEGORIES);
  throw new Error(`${message} Other labels are mapped with --labels <mapping.json>.`);
}

function seconds(text: string): number | null {
  if (text === '' || text.toLowerCase() === 'nan') return null;
  if (!Number.isFinite(Number(text))) throw new Error(`The response time "${text}" is no number of seconds.`);
  return Number(text);
}

/** Adds the place to what goes wrong in a row; line 1 is the header. */
function at<T>(source: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`${source}: ${(error as Error).message}`);
  }
}

function requireOneAnswerEach(trials: readonly Trial[], file: string): void {
  const sources = new Map<string, string>();
  for (const { subject, image, source = '' } of trials) {
    const key = `${subject}\n${image}`;
    const before = sources.get(key);
    if (before !== undefined) {
      throw new Error(
        `${source}: ${subject} has answered the image ${image} already, in ${before.replace(`${file}, `, '')}. Keep one answer for each image.`,
      );
    }
    sources.set(key, source);
  }
}
