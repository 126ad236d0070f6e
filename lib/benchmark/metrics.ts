// What is measured on decisions: accuracy and shape bias. Plain numbers in, counted metrics out.
import { wilsonInterval } from '../results/proportion';
import type { Metric } from '../results/record';

/** Share of images decided as labelled, `correct / images`, with Wilson's 95 % interval.
 *  @param decisions class index by image; @param labels the true ones, as many. */
export function accuracy(decisions: ArrayLike<number>, labels: ArrayLike<number>): Metric {
  requireSameLength('labels', decisions, labels);
  const images = decisions.length;
  const correct = countWhere(images, (i) => decisions[i] === labels[i]);
  return {
    value: images === 0 ? null : correct / images,
    counts: { correct, images },
    interval: wilsonInterval(correct, images),
  };
}

/** Shape bias (Geirhos et al. 2019): of the decisions for the shape's or the texture's class, the share for the shape,
 *
 *  `S / (S + T)`, over the images whose shape and texture are of different classes.
 *
 *  Decisions for any third class are counted in neither. Null when no decision hits shape or texture.
 *  Given how many decisions hit either cue, those for the shape are a share like any other: the interval is Wilson's of
 *  S among S + T.
 *  @param decisions class index by image; @param shapeLabels and @param textureLabels the classes of both cues. */
export function shapeBias(
  decisions: ArrayLike<number>,
  shapeLabels: ArrayLike<number>,
  textureLabels: ArrayLike<number>,
): Metric {
  requireSameLength('shape labels', decisions, shapeLabels);
  requireSameLength('texture labels', decisions, textureLabels);
  const images = decisions.length;
  const isConflict = (i: number): boolean => shapeLabels[i] !== textureLabels[i];
  const conflictImages = countWhere(images, isConflict);
  const shape = countWhere(images, (i) => isConflict(i) && decisions[i] === shapeLabels[i]);
  const texture = countWhere(images, (i) => isConflict(i) && decisions[i] === textureLabels[i]);
  return {
    value: shape + texture === 0 ? null : shape / (shape + texture),
    counts: { shape, texture, conflictImages, images },
    interval: wilsonInterval(shape, shape + texture),
  };
}

function countWhere(count: number, holds: (index: number) => boolean): number {
  let hits = 0;
  for (let i = 0; i < count; i++) if (holds(i)) hits++;
  return hits;
}

function requireSameLength(what: string, decisions: ArrayLike<number>, labels: ArrayLike<number>): void {
  if (labels.length !== decisions.length) {
    throw new Error(
      `${decisions.length} decisions but ${labels.length} ${what}: one of each is needed per image.`,
    );
  }
}
