// All measures of one network, as figures and pages take them.
import { EXACT_SUPPRESSIONS, type ExactSuppression } from '../../data/relief16/exactSuppressions';
import { SUPPRESSIONS } from '../../distortions/suppressions';
import type { MeasureResult } from '../../results/measures';
import type { NetworkAnswers } from './answers';
import { metricsByCategory } from './byCategory';
import { type BiasMetricsOptions, biasMetrics } from './metrics';
import { randomReciprocalRank } from './reciprocalRank';
import { whyNoReliance } from './reliance';

/** The measures of a network by its answers alone: over all images, and by class. */
export function measureResult(
  network: string,
  answers: NetworkAnswers,
  options: BiasMetricsOptions = {},
): MeasureResult {
  const { classes, labels, original, suppressed, exact } = answers;
  const relies = Object.keys(suppressed).length + Object.keys(exact).length > 0;
  const decided = { labels, original: original.decisions, classes: classes.length };
  return {
    network,
    classes,
    suppressions: SUPPRESSIONS.filter(({ name }) => name in suppressed).map(({ name, cues, levels }) => ({
      name,
      cues,
      levels: levels.filter((level) => level in suppressed[name]),
    })),
    exact: Object.keys(exact).map((name) => ({
      name,
      cues: EXACT_SUPPRESSIONS[name as ExactSuppression] ?? [],
    })),
    metrics: biasMetrics(answers, options),
    byCategory: metricsByCategory(answers, options),
    random: { accuracy: 1 / classes.length, reciprocalRank: randomReciprocalRank(classes.length) },
    whyNoReliance: relies ? whyNoReliance(decided) : null,
  };
}
