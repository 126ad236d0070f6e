// What a notebook says at its top: what one needs to know, what one learns, and how long it takes.
import { tagOf } from './exerciseCells';
import { type Notebook, textOf } from './notebookFile';

/** Words of prose a minute: slower than a novel is read (238, Brysbaert 2019), since code, figures and tables are read beside them. */
const WORDS_A_MINUTE = 150;
/** Minutes by which the stated time may differ: text that is edited a little need not be counted anew. */
const READING_TOLERANCE = 2;
/** Classes of the time that a run takes on two cores. */
const RUN_MINUTES = [1, 2, 5, 10];

const PREFACE =
  /^- \*\*You need to know:\*\* \S.*\n- \*\*You will be able to:\*\* \S.*\n- \*\*Time:\*\* (\d+) minutes? to read, under (\d+) minutes? to run on two cores\.$/m;

/** The problems of the block at the top of a notebook, one line each. */
export function lintPreface(notebook: Notebook): string[] {
  const [first] = notebook.cells;
  const found = first?.cell_type === 'markdown' ? PREFACE.exec(textOf(first.source)) : null;
  if (!found)
    return [
      'does not say in its first cell "- **You need to know:** ...", "- **You will be able to:** ..." and "- **Time:** 8 minutes to read, under 1 minute to run on two cores."',
    ];
  const [read, run] = found.slice(1).map(Number);
  const counted = readingMinutes(notebook);
  const problems: string[] = [];
  if (Math.abs(read - counted) > READING_TOLERANCE)
    problems.push(
      `says ${read} minutes to read; its prose takes ${counted} at ${WORDS_A_MINUTE} words a minute`,
    );
  if (!RUN_MINUTES.includes(run))
    problems.push(`says under ${run} minutes to run, which is none of the classes ${RUN_MINUTES.join(', ')}`);
  return problems;
}

/** Minutes that the prose of a notebook takes to read, rounded up: its cells of markdown but hints and solutions. */
export function readingMinutes({ cells }: Notebook): number {
  const prose = cells.filter(
    (cell) => cell.cell_type === 'markdown' && !['hint', 'solution'].includes(tagOf(cell) ?? ''),
  );
  const words = prose.flatMap(({ source }) => textOf(source).match(/[\p{L}\p{N}][\p{L}\p{N}'’.,-]*/gu) ?? []);
  return Math.ceil(words.length / WORDS_A_MINUTE);
}
