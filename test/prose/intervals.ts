// Ranges in prose, and all that records and tables say: a sentence whose range is in none of them is stale.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot } from '../../lib/files';
import { notebookFiles, readNotebook, textOf } from '../../lib/notebook/notebookFile';
import { type RunRecord, readRecords } from '../../lib/results/record';
import { UNTIL_DECIDED } from '../../lib/results/seedPlan';

export type Range = readonly [low: number, high: number];

/** Prose, and where it stands. */
export interface Passage {
  readonly where: string;
  readonly text: string;
}

const NUMBER = '[+-]?\\d+(?:\\.\\d+)?';
const DASHES = /[−–]/g;

/** `3.3 to 36.7`, with the words around it. */
export interface Said {
  readonly range: Range;
  readonly decimals: number;
  readonly sentence: string;
}

/** All ranges of a text, in their order. */
export function rangesIn(text: string): Said[] {
  const plain = text.replace(DASHES, '-').replace(/\s+/g, ' ');
  return [...plain.matchAll(new RegExp(`(${NUMBER}) to (${NUMBER})(?![\\d.]*\\d| px)`, 'g'))].map((match) => {
    const [whole, low, high] = match;
    const start = match.index as number;
    return {
      range: [Number(low), Number(high)],
      decimals: Math.max(...[low, high].map((value) => (value.split('.')[1] ?? '').length)),
      sentence: plain.slice(Math.max(0, start - 70), start + whole.length + 30),
    };
  });
}

/** README's results and the prose of the notebooks, without exercises: those ask. */
export function passages(): Passage[] {
  const readme = fs.readFileSync(fromRoot('README.md'), 'utf8');
  const results = readme.slice(readme.indexOf('## What it answers so far'), readme.indexOf('## Commands'));
  const cells = notebookFiles([]).flatMap((file) =>
    readNotebook(file)
      .cells.filter(({ cell_type, metadata }) => cell_type === 'markdown' && metadata.tags === undefined)
      .map(({ id, source }) => ({ where: `${path.basename(file)}, ${id}`, text: textOf(source) })),
  );
  return [{ where: 'README.md', text: results }, ...cells];
}

/** Every range that a table, the ledger, a record or what a notebook printed holds, and from the least to the largest of the seeds of a group. */
export function knownRanges(): Range[] {
  const records = [undefined, UNTIL_DECIDED].flatMap((folder) => readRecords({ folder }));
  return [...rangesOfFiles(), ...rangesOfOutputs(), ...rangesOfRecords(records)];
}

function rangesOfFiles(): Range[] {
  const files = fs
    .readdirSync(fromRoot('figures'))
    .filter((file) => /\.(csv|json)$/.test(file) && !/vl\.json$/.test(file));
  return files.flatMap((file) => pairsIn(fs.readFileSync(path.join(fromRoot('figures'), file), 'utf8')));
}

function rangesOfOutputs(): Range[] {
  return notebookFiles([]).flatMap((file) =>
    readNotebook(file).cells.flatMap(({ outputs = [] }) =>
      outputs.flatMap(({ text, data = {} }) =>
        pairsIn(
          `${textOf(text)} ${textOf(data['text/plain'] as string)} ${textOf(data['text/html'] as string)}`,
        ),
      ),
    ),
  );
}

/** `[3.3, 36.7]` and `3.3 to 36.7`. */
function pairsIn(text: string): Range[] {
  const plain = text.replace(DASHES, '-');
  return [
    ...plain.matchAll(new RegExp(`\\[ ?(${NUMBER}), (${NUMBER}) ?\\]|(${NUMBER}) to (${NUMBER})`, 'g')),
  ].map(([, low, high, from, to]): Range => [Number(low ?? from), Number(high ?? to)]);
}

function rangesOfRecords(records: readonly RunRecord[]): Range[] {
  const groups = new Map<string, number[]>();
  const intervals: Range[] = [];
  for (const { experiment, profile, cell, metrics, curves } of records) {
    const { id: _, seed: __, ...coordinates } = cell;
    const add = (name: string, value: number): void => {
      const axes = [JSON.stringify(coordinates), String(Object.values(coordinates)[0] ?? '')];
      for (const axis of axes) {
        const key = [experiment, profile, axis, name].join(' ');
        groups.set(key, [...(groups.get(key) ?? []), value]);
      }
    };
    for (const [name, { value, interval }] of Object.entries(metrics)) {
      if (value !== null) add(name, value);
      if (interval !== null) intervals.push(interval);
    }
    for (const [name, values] of Object.entries(curves))
      if (values.length > 0) add(`last ${name}`, values[values.length - 1]);
  }
  return [
    ...intervals,
    ...[...groups.values()].map((values): Range => [Math.min(...values), Math.max(...values)]),
  ];
}

/** Whether a range is among the known ones as it is, as a percentage, or of the opposite sign: "lower by". */
export function isKnown({ range, decimals }: Said, known: readonly Range[]): boolean {
  const same = (a: number, b: number): boolean => Math.abs(a - b) <= 0.5 * 10 ** -decimals + 1e-9;
  return known.some(([low, high]) =>
    [1, 100].some(
      (factor) =>
        (same(factor * low, range[0]) && same(factor * high, range[1])) ||
        (same(-factor * high, range[0]) && same(-factor * low, range[1])),
    ),
  );
}
