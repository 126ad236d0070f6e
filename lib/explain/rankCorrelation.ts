// Spearman's rank correlation.
import { ranksOf } from '../ranks';

/** The correlation of the ranks of two lists, -1..1, equal values sharing their mean rank; null where all values of a list are equal.
 *  As `scipy.stats.spearmanr`. Throws on lists of different lengths. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  if (a.length !== b.length) {
    throw new Error(`A rank correlation needs lists of one length, not ${a.length} and ${b.length}.`);
  }
  const [x, y] = [ranksOf(a), ranksOf(b)];
  const centre = (a.length - 1) / 2;
  let [both, first, second] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    both += (x[i] - centre) * (y[i] - centre);
    first += (x[i] - centre) ** 2;
    second += (y[i] - centre) ** 2;
  }
  return first === 0 || second === 0 ? null : both / Math.sqrt(first * second);
}
