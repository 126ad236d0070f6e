// The measures of each class by itself.
import type { Metric } from '../../results/record';
import type { BiasAnswers, NetworkAnswers } from './answers';
import { type BiasMetricsOptions, biasMetrics } from './metrics';

/** The measures of `biasMetrics`, class by class, over the images of that class: original and suppressed ones by their label, conflict images by the
 *  class of the shape, but for `rank-texture`, which goes by the class of the texture. Classes without images are left out.
 *
 *  Chance stays one in all classes. A network that gives one answer to everything is right on all of that class, so a class by itself says little
 *  about reliance where its accuracy comes from such a habit. */
export function metricsByCategory(
  answers: NetworkAnswers,
  options: BiasMetricsOptions = {},
): Record<string, Record<string, Metric>> {
  const { classes, labels, conflict } = answers;
  const shown = [...classes.keys()].filter(
    (label) => labels.includes(label) || conflict?.shapeLabels.includes(label) === true,
  );
  return Object.fromEntries(
    shown.map((label) => {
      const metrics = biasMetrics(ofClass(answers, label, 'shapeLabels'), options);
      if (conflict === null) return [classes[label], metrics];
      const textures = biasMetrics(
        { ...ofClass(answers, label, 'textureLabels'), suppressed: {}, exact: {} },
        options,
      );
      return [classes[label], { ...metrics, 'rank-texture': textures['rank-texture'] }];
    }),
  );
}

/** The answers to images of one class; of conflict images by one of their cues. */
function ofClass(
  { classes, labels, original, conflict, exact, suppressed }: NetworkAnswers,
  label: number,
  cue: 'shapeLabels' | 'textureLabels',
): NetworkAnswers {
  const shown = (_: unknown, image: number): boolean => labels[image] === label;
  const inConflict = (_: unknown, image: number): boolean => conflict?.[cue][image] === label;
  const all = (sets: Readonly<Record<string, BiasAnswers>>): Record<string, BiasAnswers> =>
    mapValues(sets, (answers) => pick(answers, shown));
  return {
    classes,
    labels: labels.filter(shown),
    original: pick(original, shown),
    conflict: conflict && {
      ...pick(conflict, inConflict),
      shapeLabels: conflict.shapeLabels.filter(inConflict),
      textureLabels: conflict.textureLabels.filter(inConflict),
    },
    exact: all(exact),
    suppressed: mapValues(suppressed, all),
  };
}

function pick(
  { decisions, shapeRanks, textureRanks }: BiasAnswers,
  isWanted: (value: number, image: number) => boolean,
): BiasAnswers {
  return {
    decisions: decisions.filter(isWanted),
    shapeRanks: shapeRanks.filter(isWanted),
    ...(textureRanks === undefined ? {} : { textureRanks: textureRanks.filter(isWanted) }),
  };
}

function mapValues<A, B>(values: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]));
}
