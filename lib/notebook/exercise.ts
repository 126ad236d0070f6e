// Checking cells of exercises: they answer without holding the answer, and never fail a notebook.
import { sha256 } from '../files';

/** What a checking cell knows of the answer. */
export interface AnswerKey {
  /** `digestOf` the right answer. `npm run notebooks -- --check-exercises` says what it must be. */
  digest: string;
  /** Decimals to which a number must agree, 0 to 10; 2 unless given. */
  decimals?: number;
}

/** Says whether an answer is right: a number by its rounded value, a word without regard to case; `undefined` is not answered yet.
 *  `exercise` is the name that the exercise begins with, e.g. 'Exercise 14.1'. Prints one line.
 *  Throws when the key is malformed, which is the author's fault. */
export function checkAnswer(
  exercise: string,
  answer: number | string | undefined,
  { digest, decimals = 2 }: AnswerKey,
): void {
  if (!/^[0-9a-f]{12}$/.test(digest))
    throw new Error(`${exercise}: "digest" must be 12 hexadecimal digits, but is ${JSON.stringify(digest)}.`);
  if (answer === undefined) console.log(`${exercise}: your turn.`);
  else if (digestOf(exercise, answer, decimals) === digest) console.log(`${exercise}: right.`);
  else console.log(`${exercise}: not yet. Hints unfold below.`);
}

/** The digest of an answer: of the exercise's name, so that equal answers have digests of their own, and of the rounded number
 *  or the word. It hides the answer from the eye, not from a program that tries all numbers. Throws on decimals outside 0 to 10. */
export function digestOf(exercise: string, answer: number | string, decimals = 2): string {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 10)
    throw new Error(`${exercise}: "decimals" must be a whole number from 0 to 10, but is ${decimals}.`);
  const said = typeof answer === 'number' ? rounded(answer, decimals) : answer.trim().toLowerCase();
  return sha256(`${exercise}: ${said}`).slice(0, 12);
}

function rounded(value: number, decimals: number): string {
  return value.toFixed(decimals).replace(/^-(0\.?0*)$/, '$1');
}
