// Checking cells of exercises: they answer, and never fail a notebook.

/** Says whether an answer is right: numbers within `tolerance` of the expected one; `undefined` counts as not answered yet.
 *  Prints one line and, for a wrong answer, the hint. */
export function checkAnswer(
  question: string,
  answer: number | undefined,
  expected: number,
  { tolerance = 1e-6, hint = '' }: { tolerance?: number; hint?: string } = {},
): void {
  if (answer === undefined) console.log(`${question}: your turn.`);
  else if (Math.abs(answer - expected) <= tolerance) console.log(`${question}: right.`);
  else console.log(`${question}: not yet.${hint === '' ? '' : ` ${hint}`}`);
}
