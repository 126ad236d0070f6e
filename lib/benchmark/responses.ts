// The answers of all observers to one data set, side by side.
import { CATEGORIES } from './categories';
import type { Dataset } from './datasets';
import { isHuman, NO_ANSWER, type Trial } from './trials';

/** Answers as numbers: 0 is no answer, `c + 1` the category `c`. */
export interface Responses {
  readonly dataset: Dataset;
  /** Image ids, in ascending order; everything below is in this order. */
  readonly images: readonly string[];
  /** Index of the image's category. */
  readonly categories: Uint8Array;
  /** Index of its condition in `dataset.conditions`. */
  readonly conditions: Uint8Array;
  /** Humans first, both in the order of their names. */
  readonly observers: readonly ObserverResponses[];
}

export interface ObserverResponses {
  readonly name: string;
  readonly human: boolean;
  readonly answers: Uint8Array;
  /** Where rankings are known: 1 when the category is among the first five. */
  readonly inTopFive?: Uint8Array;
}

/** Puts the trials of one data set side by side.
 *  Throws when an observer answered other images than the first did, or the same in another condition, naming both. */
export function arrange(dataset: Dataset, trials: readonly Trial[]): Responses {
  const bySubject = new Map<string, Trial[]>();
  for (const trial of trials) {
    const own = bySubject.get(trial.subject);
    if (own === undefined) bySubject.set(trial.subject, [trial]);
    else own.push(trial);
  }
  const sorted = [...bySubject].sort(
    ([a], [b]) => Number(isHuman(b)) - Number(isHuman(a)) || (a < b ? -1 : a > b ? 1 : 0),
  );
  for (const [, own] of sorted) own.sort((a, b) => (a.image < b.image ? -1 : a.image > b.image ? 1 : 0));
  if (sorted.length === 0) throw new Error(`There are no trials of ${dataset.name}.`);
  const [[firstName, first]] = sorted;
  for (const [name, own] of sorted) requireSameImages(dataset, firstName, first, name, own);
  const names = dataset.conditions.map(({ name }) => name);
  return {
    dataset,
    images: first.map(({ image }) => image),
    categories: Uint8Array.from(first, ({ category }) => categoryIndex(category)),
    conditions: Uint8Array.from(first, ({ condition }) => names.indexOf(condition)),
    observers: sorted.map(([name, own]) => ({
      name,
      human: isHuman(name),
      answers: Uint8Array.from(own, ({ response }) =>
        response === NO_ANSWER ? 0 : categoryIndex(response) + 1,
      ),
      inTopFive: own.every(({ ranking }) => ranking !== undefined)
        ? Uint8Array.from(own, ({ ranking, category }) => Number(ranking?.slice(0, 5).includes(category)))
        : undefined,
    })),
  };
}

/** 1 where an observer is right. */
export function correctAnswers({ categories }: Responses, { answers }: ObserverResponses): Uint8Array {
  return answers.map((answer, i) => Number(answer === categories[i] + 1));
}

function categoryIndex(name: string): number {
  return (CATEGORIES as readonly string[]).indexOf(name);
}

function requireSameImages(
  { name: dataset }: Dataset,
  firstName: string,
  first: readonly Trial[],
  name: string,
  own: readonly Trial[],
): void {
  for (let i = 0; i < Math.max(first.length, own.length); i++) {
    const [a, b] = [first[i], own[i]];
    if (a?.image !== b?.image) {
      const [missing, who] =
        b === undefined || (a !== undefined && a.image < b.image) ? [a, name] : [b, firstName];
      throw new Error(
        `${dataset}: ${firstName} and ${name} answered different images; ${who} has no answer to ${missing.image}${missing.source === undefined ? '' : ` (answered by the other in ${missing.source})`}. ` +
          'Observers can be compared on the same images only: leave one of them out.',
      );
    }
    if (a.condition !== b.condition || a.category !== b.category) {
      throw new Error(
        `${dataset}: ${firstName} saw ${a.image} as ${a.category} in condition ${a.condition}, ${name} as ${b.category} in ${b.condition}. ` +
          'One of the files is not of this data set.',
      );
    }
  }
}
