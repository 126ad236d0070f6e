// What a network's outputs stand for: the 16 categories, some of them, or the thousand classes of ImageNet.
import { unknownName } from '../suggest';
import { CATEGORIES, type Category, decide, softmax } from './categories';
import { categoryOf, type Labels } from './labels';

export interface NetworkOutputs {
  /** The class of each output; null: those of ImageNet. */
  readonly classes: readonly string[] | null;
  /** What the network can answer, in alphabetical order. */
  readonly categories: readonly Category[];
  /** The categories from the most to the least likely, by one image's logits. */
  rank(logits: Float32Array): Category[];
}

/** The meaning of a network's `count` outputs: by default the 16 categories in alphabetical order, or ImageNet's 1000 classes; with `labels`,
 *  what its own classes stand for: a category's probability is the mean over its classes, as ImageNet's are counted.
 *  Throws when there are neither 16 nor 1000 and `classes` does not say which, and when it does not fit. */
export function outputsOf(count: number, classes?: readonly string[], labels?: Labels): NetworkOutputs {
  if (labels !== undefined) return mappedOutputs(count, labels, classes);
  if (classes === undefined) {
    if (count === 1000) return { classes: null, categories: CATEGORIES, rank: (logits) => decide(logits) };
    if (count === CATEGORIES.length) return outputsOf(count, CATEGORIES);
    throw new Error(
      `The network has ${count} outputs: neither the 16 categories nor ImageNet's 1000 classes. Say what they stand for: classes: ['bicycle', 'bird', ...].`,
    );
  }
  if (classes.length !== count) {
    throw new Error(
      `The network has ${count} outputs, but ${classes.length} classes are given. One for each is needed.`,
    );
  }
  const repeated = classes.find((name, place) => classes.indexOf(name) !== place);
  if (repeated !== undefined)
    throw new Error(`The class "${repeated}" is given twice; each output has its own.`);
  for (const name of classes) {
    if (!(CATEGORIES as readonly string[]).includes(name))
      throw new Error(
        `${unknownName('category', name, CATEGORIES).message} For a network with classes of its own give --labels <mapping.json>.`,
      );
  }
  const known = classes as readonly Category[];
  return {
    classes,
    categories: CATEGORIES.filter((name) => known.includes(name)),
    rank: (logits) => rank(logits, known),
  };
}

function mappedOutputs(count: number, labels: Labels, classes?: readonly string[]): NetworkOutputs {
  const names = outputNames(count, labels, classes);
  const known = names.map((name) => categoryOf(name, labels) ?? null);
  const categories = CATEGORIES.filter((category) => known.includes(category));
  if (categories.length < 2) {
    throw new Error(
      `By ${labels.file} the network knows ${categories.length} of the 16 categories; it needs two at least.`,
    );
  }
  const outputsFor = categories.map((category) => [...known.keys()].filter((i) => known[i] === category));
  return {
    classes: names.map((name, i) => `${name}: ${known[i] ?? 'none'}`),
    categories,
    rank(logits) {
      const probabilities = softmax(logits);
      const scores = outputsFor.map(
        (outputs) => outputs.reduce((sum, output) => sum + probabilities[output], 0) / outputs.length,
      );
      const order = [...categories.keys()].sort((a, b) => scores[b] - scores[a] || b - a);
      return order.map((index) => categories[index]);
    },
  };
}

/** The labels of a network's outputs: the file's, else the mapping's entries in their order. */
export function outputNames(count: number, labels: Labels, classes?: readonly string[]): readonly string[] {
  const names = classes ?? [...labels.mapping.keys()];
  if (names.length === count) return names;
  throw new Error(
    classes === undefined
      ? `The network has ${count} outputs and does not name them; ${labels.file} has ${names.length} entries. Give one for each output, in their order.`
      : `The network has ${count} outputs, but ${names.length} classes are given. One for each is needed.`,
  );
}

/** By falling logit; of equals the alphabetically later comes first, as the toolbox decides ties. */
function rank(logits: Float32Array, classes: readonly Category[]): Category[] {
  return classes
    .map((name, output) => ({ name, logit: logits[output] }))
    .sort((a, b) => b.logit - a.logit || (a.name < b.name ? 1 : -1))
    .map(({ name }) => name);
}
