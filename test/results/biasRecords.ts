// Records of networks under measures of bias, for tests: real in form, made up in content.
import { biasClaims } from '../../lib/experiments/biasClaims';
import { biasMeasures } from '../../lib/experiments/biasMeasures';
import { Random } from '../../lib/random';
import { BIAS_MEASURES, type BiasMeasure } from '../../lib/results/biasMeasureList';
import { shareOf } from '../../lib/results/biasTruth';
import type { Cell, Metric, RunRecord } from '../../lib/results/record';
import { RECORD_COMMON } from './syntheticRecords';

/** What a measure says of a network, 0..1. */
export type Say = (measure: BiasMeasure, record: RunRecord, random: Random) => number;

function recordsOf(experiment: string, cells: readonly Cell[], say: Say): RunRecord[] {
  const random = new Random(1);
  return cells.map((cell) => {
    const record: RunRecord = {
      ...RECORD_COMMON,
      experiment,
      paper: 'bias-measures',
      cell,
      config: {},
      engine: { name: 'native', family: 'tensorflow', version: '4.22.0' },
      curves: {},
      metrics: {},
      command: 'npm run cell',
    };
    const metrics = BIAS_MEASURES.map((measure): [string, Metric] => {
      const value = say(measure, record, random);
      return [measure.metric, { value, counts: { images: 280 }, interval: [value - 0.05, value + 0.05] }];
    });
    return { ...record, metrics: Object.fromEntries(metrics) };
  });
}

/** The grid of networks whose reliance is known. */
export function truthRecords(say: Say): RunRecord[] {
  return recordsOf('bias-measures', biasMeasures.cells(biasMeasures.profiles.tiny.config), say);
}

/** The papers' networks. */
export function claimRecords(say: Say): RunRecord[] {
  return recordsOf('bias-claims', biasClaims.cells(biasClaims.profiles.tiny.config), say);
}

/** A measure that tells the truth, but for a little noise. */
export const truthful: Say = (measure, record, random) =>
  shareOf(record, measure.cue) + 0.02 * random.normal();
