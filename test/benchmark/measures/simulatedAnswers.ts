// Networks whose true accuracies are known, as answers to images.
import type { BiasAnswers, NetworkAnswers } from '../../../lib/benchmark/measures/answers';
import { Random } from '../../../lib/random';

export interface SimulatedNetwork {
  /** Classes, and images of each. */
  readonly classes: number;
  readonly perClass: number;
  /** Chance of a right answer to an original image. */
  readonly accuracy: number;
  /** True share of the accuracy above chance that is left, by suppression and level. */
  readonly left: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** How far an image that is recognised without a suppression is one of those recognised with it: 0 (no more often than others) to 1. */
  readonly alike?: number;
  readonly seed: number;
}

/** The answers of such a network, without conflict images; a wrong answer is the next class. */
export function simulate({
  classes,
  perClass,
  accuracy,
  left,
  alike = 0.8,
  seed,
}: SimulatedNetwork): NetworkAnswers {
  const random = new Random(seed);
  const labels = Array.from({ length: classes * perClass }, (_, image) => image % classes);
  const right = labels.map(() => random.next() < accuracy);
  const answersOf = (isRight: readonly boolean[]): BiasAnswers => ({
    decisions: labels.map((label, image) => (isRight[image] ? label : (label + 1) % classes)),
    shapeRanks: isRight.map((hit) => (hit ? 1 : 2)),
  });
  const suppress = (share: number): BiasAnswers => {
    const suppressedAccuracy = 1 / classes + share * (accuracy - 1 / classes);
    const independent = accuracy * suppressedAccuracy;
    const both = independent + alike * (Math.min(accuracy, suppressedAccuracy) - independent);
    const ifRight = both / accuracy;
    const ifWrong = accuracy === 1 ? 0 : (suppressedAccuracy - both) / (1 - accuracy);
    return answersOf(right.map((hit) => random.next() < (hit ? ifRight : ifWrong)));
  };
  const suppressed = Object.fromEntries(
    Object.entries(left).map(([suppression, levels]) => [
      suppression,
      Object.fromEntries(Object.entries(levels).map(([level, share]) => [level, suppress(share)])),
    ]),
  );
  return {
    classes: Array.from({ length: classes }, (_, label) => `class ${label}`),
    labels,
    original: answersOf(right),
    conflict: null,
    exact: {},
    suppressed,
  };
}
