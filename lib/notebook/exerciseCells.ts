// The form of an exercise: cells in a row, each with a tag that says what it is to the exercise.
import { type Notebook, type NotebookCell, textOf } from './notebookFile';

/** The cells of an exercise in their order. */
export const EXERCISE_TAGS = ['exercise', 'answer', 'check', 'hint', 'solution'] as const;
/** A task that is not checked, one cell of its own. */
export const EXPLORATION_TAG = 'exploration';

export type ExerciseTag = (typeof EXERCISE_TAGS)[number];
type Tag = ExerciseTag | typeof EXPLORATION_TAG;

/** An exercise as its cells hold it; cells that are missing are undefined. */
export interface Exercise {
  /** E.g. 'Exercise 14.1'; '' where the statement does not begin with it. */
  name: string;
  /** Place of its first cell in the notebook, from 0. */
  place: number;
  cells: Partial<Record<ExerciseTag, NotebookCell>>;
}

/** What a well-formed check asks. */
export interface CheckCall {
  name: string;
  /** The variable that holds the answer. */
  variable: string;
  decimals?: number;
  digest: string;
}

/** What a cell is to an exercise, by its tags. */
export function tagOf({ metadata }: NotebookCell): Tag | undefined {
  const tags = Array.isArray(metadata.tags) ? (metadata.tags as unknown[]) : [];
  const known: readonly Tag[] = [...EXERCISE_TAGS, EXPLORATION_TAG];
  return known.find((tag) => tags.includes(tag));
}

/** The exercises of a notebook. A new one begins where a tag's place in the order is not behind that of the cell before, so that a
 *  missing cell leaves its place empty and does not join two exercises. */
export function exercisesOf({ cells }: Pick<Notebook, 'cells'>): Exercise[] {
  const exercises: Exercise[] = [];
  let last = -1;
  cells.forEach((cell, place) => {
    const tag = tagOf(cell);
    if (tag === undefined || tag === EXPLORATION_TAG) {
      last = -1;
      return;
    }
    const order = EXERCISE_TAGS.indexOf(tag);
    if (last === -1 || order <= last) exercises.push({ name: '', place, cells: {} });
    const exercise = exercises[exercises.length - 1];
    exercise.cells[tag] = cell;
    if (tag === 'exercise')
      exercise.name = /^\*\*(Exercise [\w-]+\.\d+)\.\*\*/.exec(textOf(cell.source))?.[1] ?? '';
    last = order;
  });
  return exercises;
}

/** What a check asks; undefined where the cell is anything but the import and the call, and so might show the answer. */
export function checkCallOf(source: string): CheckCall | undefined {
  const found =
    /^(?:import \{ checkAnswer \} from '\.\/lib\/notebook\/exercise';\s+)?checkAnswer\('([^']+)', (\w+), \{ (?:decimals: (\d+), )?digest: '([0-9a-f]{12})' \}\);?$/.exec(
      source.trim(),
    );
  if (!found) return undefined;
  const [, name, variable, decimals, digest] = found;
  return { name, variable, ...(decimals === undefined ? {} : { decimals: Number(decimals) }), digest };
}

/** The code of a solution, which takes the place of the answer cell; undefined where there is not one block of it. */
export function solutionCodeOf(source: string): string | undefined {
  const blocks = [...source.matchAll(/^```ts\n([\s\S]*?)\n```$/gm)];
  return blocks.length === 1 ? blocks[0][1] : undefined;
}

/** How many texts a cell of markdown folds, each as `<details><summary>...</summary>`. */
export function foldedIn(source: string): number {
  return [...source.matchAll(/<details>\s*<summary>[^<]+<\/summary>\n\n[\s\S]+?\n\n<\/details>/g)].length;
}

/** Whether code declares a constant of that name. */
export function declares(code: string, variable: string): boolean {
  return new RegExp(`\\b(?:const|let)\\s+${variable}\\b`).test(code);
}
