// What the exercises of a committed notebook must be, so that they can be answered, checked, helped and solved.
import {
  checkCallOf,
  declares,
  EXERCISE_TAGS,
  EXPLORATION_TAG,
  type Exercise,
  exercisesOf,
  foldedIn,
  solutionCodeOf,
  tagOf,
} from './exerciseCells';
import { type Notebook, type NotebookCell, textOf } from './notebookFile';

const HEADING = /^## Exercises$/m;

/** The problems of a notebook's exercises, one line each. `name` is the notebook's, whose number its exercises bear. */
export function lintExercises(notebook: Notebook, name?: string): string[] {
  const exercises = exercisesOf(notebook);
  const number = name === undefined ? '[\\w-]+' : name.split('-')[0];
  const misnamed = exercises.flatMap((exercise, i) =>
    exercise.name === '' || new RegExp(`^Exercise ${number}\\.${i + 1}$`).test(exercise.name)
      ? []
      : [`${labelOf(exercise)} is number ${i + 1} of the notebook${name ? ` ${name}` : ''} and must say so`],
  );
  const problems = exercises.flatMap((exercise) =>
    exerciseProblems(exercise).map((problem) => `${labelOf(exercise)} ${problem}`),
  );
  return [...problems, ...misnamed, ...untagged(notebook)];
}

/** What is wrong with one exercise, without its name: e.g. `has no cell tagged "hint"`. */
export function exerciseProblems(exercise: Exercise): string[] {
  const { name, cells } = exercise;
  const missing = EXERCISE_TAGS.filter((tag) => cells[tag] === undefined);
  const problems = missing.map((tag) => `has no cell tagged "${tag}"`);
  if (cells.exercise && name === '')
    problems.push('does not begin with its name, e.g. "**Exercise 14.1.** "');
  problems.push(...kindProblems(exercise));
  if (missing.length === 0 && problems.length === 0) problems.push(...checkProblems(exercise));
  return problems;
}

function kindProblems({ cells }: Exercise): string[] {
  const code: readonly string[] = ['answer', 'check'];
  return EXERCISE_TAGS.flatMap((tag) => {
    const cell = cells[tag];
    const type = code.includes(tag) ? 'code' : 'markdown';
    return cell && cell.cell_type !== type ? [`has a cell "${tag}" that is not ${type}`] : [];
  });
}

/** Answer, check, hint and solution against one another; all are there. */
function checkProblems({ name, cells }: Exercise): string[] {
  const sourceOf = (cell?: NotebookCell): string => textOf(cell?.source);
  const call = checkCallOf(sourceOf(cells.check));
  if (!call)
    return [
      "has a check that is more than checkAnswer('<name>', <variable>, { decimals: <n>, digest: '<12 digits>' }): it might show the answer",
    ];
  const { variable } = call;
  const solution = solutionCodeOf(sourceOf(cells.solution));
  const open = new RegExp(`^const ${variable}: (?:number|string) \\| undefined = undefined;`, 'm');
  return [
    call.name !== name && `is checked as "${call.name}"`,
    !open.test(sourceOf(cells.answer)) &&
      `has an answer cell without "const ${variable}: number | undefined = undefined;" (or string)`,
    foldedIn(sourceOf(cells.hint)) === 0 && 'has a hint that is not folded in <details>',
    foldedIn(sourceOf(cells.solution)) !== 1 && 'has a solution that is not folded in one <details>',
    solution === undefined && 'has a solution without one block of code (```ts)',
    solution !== undefined &&
      !declares(solution, variable) &&
      `has a solution that does not declare ${variable}`,
  ].filter((problem): problem is string => problem !== false);
}

/** Cells that belong to the exercises, but do not say what they are. */
function untagged({ cells }: Notebook): string[] {
  const heading = cells.findIndex(
    ({ cell_type, source }) => cell_type === 'markdown' && HEADING.test(textOf(source)),
  );
  return cells.flatMap((cell, i) => {
    const label = `cell ${i + 1} (${cell.id})`;
    const source = textOf(cell.source);
    const tag = tagOf(cell);
    if (tag === EXPLORATION_TAG && !source.startsWith('**Exploration.** '))
      return [`${label} is an exploration, but does not begin with "**Exploration.** "`];
    if (tag !== undefined) return [];
    if (/\bcheckAnswer\(/.test(source)) return [`${label} checks an answer, but is not tagged "check"`];
    if (/<summary>Solution/.test(source)) return [`${label} holds a solution, but is not tagged "solution"`];
    if (i === heading && HEADING.exec(source)?.index !== 0)
      return [`${label} says more before the heading of the exercises: give that a cell of its own`];
    if (heading >= 0 && i > heading)
      return [
        `${label} is among the exercises without a tag: ${[...EXERCISE_TAGS, EXPLORATION_TAG].join(', ')}`,
      ];
    return [];
  });
}

/** What an exercise is called: its name, or where it stands. */
export function labelOf({ name, place }: Exercise): string {
  return name === '' ? `the exercise in cell ${place + 1}` : name;
}
