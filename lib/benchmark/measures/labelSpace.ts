// Between which classes a network decides when its bias is measured, and what its logits say of them.
import type { NetworkOutputs } from '../outputs';

export interface LabelSpace {
  readonly classes: readonly string[];
  /** One number a class, the higher the more likely, from one image's logits. */
  scores(logits: Float32Array): ArrayLike<number>;
}

/** The categories that a network knows, with the negative place of each among its answers: of several outputs for a category only the place is left. */
export function categorySpace({ categories, rank }: Pick<NetworkOutputs, 'categories' | 'rank'>): LabelSpace {
  return {
    classes: categories,
    scores(logits) {
      const ranking = rank(logits);
      return categories.map((category) => -ranking.indexOf(category));
    },
  };
}

/** A network's own classes, one an output. */
export function ownSpace(classes: readonly string[]): LabelSpace {
  return { classes, scores: (logits) => logits };
}
