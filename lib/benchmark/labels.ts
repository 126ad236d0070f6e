// Other sets of labels than the benchmark's: which of its 16 categories each stands for.
import * as fs from 'node:fs';
import { closest } from 'fastest-levenshtein';
import { writeFileAtomic } from '../files';
import { unknownName } from '../suggest';
import { CATEGORIES, type Category } from './categories';

/** `{ "my label": "dog", "another": null }`; null: deliberately none. */
export type LabelMapping = ReadonlyMap<string, Category | null>;

/** A mapping, and the file that it is from. */
export interface Labels {
  readonly file: string;
  readonly mapping: LabelMapping;
}

/** Reads a mapping. Throws, naming file and label, when it is no JSON object of categories, and on a label that stands twice. */
export function readLabels(file: string): Labels {
  let content: unknown;
  try {
    content = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(
      `Cannot read the labels ${file}: ${(error as Error).message}. An example is written by --labels init.`,
    );
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new Error(`${file} is not an object of labels, e.g. { "tabby": "cat", "tractor": null }.`);
  const mapping = new Map<string, Category | null>();
  for (const [label, category] of Object.entries(content)) {
    if (category !== null && !isCategory(category)) {
      throw new Error(
        `${file}, label "${label}": ${unknownName('category', String(category), CATEGORIES).message} A label that stands for none has null.`,
      );
    }
    mapping.set(label, category);
  }
  if (mapping.size === 0) throw new Error(`${file} maps no label.`);
  return { file, mapping };
}

function isCategory(name: unknown): name is Category {
  return (CATEGORIES as readonly unknown[]).includes(name);
}

/** What a label stands for: by the mapping, else itself where it is a category; undefined where nothing says. */
export function categoryOf(label: string, labels?: Labels): Category | null | undefined {
  const mapped = labels?.mapping.get(label);
  if (mapped !== undefined) return mapped;
  return isCategory(label) ? label : undefined;
}

/** Writes an example to fill in: the labels given, each with the category of the same or a similar name, else null; without labels a
 *  few of a small set. Throws when the file exists. */
export function writeLabelsExample(file: string, labels: readonly string[] = EXAMPLE): void {
  if (fs.existsSync(file))
    throw new Error(`${file} exists already. Fill it in, or give it another name first.`);
  const mapping = labels.map((label) => [label, guess(label)]);
  writeFileAtomic(file, `${JSON.stringify(Object.fromEntries(mapping), null, 2)}\n`);
}

const EXAMPLE = ['airplane', 'automobile', 'tabby cat', 'sports car', 'tractor'];

function guess(label: string): Category | null {
  if (isCategory(label)) return label;
  const words = label.toLowerCase().split(/[^a-z]+/);
  return CATEGORIES.find((category) => words.includes(category)) ?? null;
}

/** What a reader of the report should know of how labels were mapped: of a network's `used` are all its labels, of trials those that were
 *  answered. */
export function labelNotes(used: readonly string[], labels: Labels, kind: 'network' | 'trials'): string[] {
  const { file, mapping } = labels;
  const stands = (label: string): Category | null | undefined => categoryOf(label, labels);
  const without = used.filter((label) => stands(label) == null);
  const unused = [...mapping.keys()].filter((label) => !used.includes(label));
  const missing = CATEGORIES.filter((category) => !used.some((label) => stands(label) === category));
  return [
    ...(without.length === 0
      ? []
      : [`Labels that stand for no category, and are never an answer: ${without.map(quoted).join(', ')}.`]),
    ...(unused.length === 0
      ? []
      : [
          `Entries of ${file} that occur nowhere: ${unused.map((label) => quoted(label) + nearest(label, used)).join(', ')}.`,
        ]),
    ...(missing.length === 0 || kind === 'trials'
      ? []
      : [`Categories that no label stands for, and that can never be answered: ${missing.join(', ')}.`]),
  ];
}

function quoted(label: string): string {
  return `"${label}"`;
}

function nearest(label: string, used: readonly string[]): string {
  return used.length === 0 ? '' : ` (perhaps ${quoted(closest(label, used))})`;
}
