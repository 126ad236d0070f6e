// The 16 categories of the benchmark, and how a network's outputs become a decision for one of them.
import { CATEGORIES, type Category } from '../categories';
import { IMAGENET_INDICES } from './imagenetIndices';

export { CATEGORIES, type Category };

/** Numbers of the ImageNet classes (0 to 999) that belong to a category. */
export function imagenetIndices(category: Category): readonly number[] {
  return IMAGENET_INDICES[category];
}

/** All categories from the most to the least likely, by one image's logits: ImageNet's 1000, or 16 in alphabetical order.
 *
 *  The 1000 become probabilities by softmax; a category's is the mean over its classes. As in the model-vs-human toolbox the
 *  793 other classes are dropped without renormalising, and of equals the alphabetically later comes first.
 *  Throws on another number of logits and on values that are not finite. */
export function decide(logits: ArrayLike<number>): Category[] {
  requireKnownCount(logits.length);
  for (let i = 0; i < logits.length; i++) {
    if (!Number.isFinite(logits[i]))
      throw new Error(`Logit ${i} is ${logits[i]}; logits must be finite numbers.`);
  }
  return logits.length === CATEGORIES.length ? rank(logits) : decideByProbabilities(softmax(logits));
}

/** As `decide`, from probabilities in [0, 1]. */
export function decideByProbabilities(probabilities: ArrayLike<number>): Category[] {
  requireKnownCount(probabilities.length);
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i];
    if (!(p >= 0 && p <= 1)) throw new Error(`Probability ${i} is ${p}; it must lie in [0, 1].`);
  }
  if (probabilities.length === CATEGORIES.length) return rank(probabilities);
  return rank(CATEGORIES.map((category) => meanOver(IMAGENET_INDICES[category], probabilities)));
}

function requireKnownCount(count: number): void {
  if (count !== 1000 && count !== CATEGORIES.length) {
    throw new Error(
      `${count} outputs, but a decision needs ImageNet's 1000 or one for each of the 16 categories, in alphabetical order.`,
    );
  }
}

function meanOver(indices: readonly number[], values: ArrayLike<number>): number {
  return indices.reduce((sum, index) => sum + values[index], 0) / indices.length;
}

/** Probabilities of logits; no overflow. */
export function softmax(logits: ArrayLike<number>): Float64Array {
  const values = Float64Array.from(logits);
  const largest = values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const exponentials = values.map((value) => Math.exp(value - largest));
  const total = exponentials.reduce((a, b) => a + b, 0);
  return exponentials.map((value) => value / total);
}

function rank(scores: ArrayLike<number>): Category[] {
  const order = CATEGORIES.map((_, index) => index);
  order.sort((a, b) => scores[b] - scores[a] || b - a);
  return order.map((index) => CATEGORIES[index]);
}
