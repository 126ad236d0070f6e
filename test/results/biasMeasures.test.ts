import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustTable } from '../../lib/figures/biasTables';
import { Random } from '../../lib/random';
import { biasClaimsRules, biasTruthRules, JUDGES } from '../../lib/results/biasClaims';
import { BIAS_MEASURES, type BiasMeasure, measureOf } from '../../lib/results/biasMeasureList';
import {
  exchange,
  greatestWithoutTies,
  type Needs,
  needsOf,
  shareOf,
  type Trust,
  trendOf,
  trustOf,
} from '../../lib/results/biasTruth';
import type { Judgement } from '../../lib/results/claimRule';
import { rankTrend } from '../../lib/results/rankTrend';
import type { RunRecord } from '../../lib/results/record';
import { claimRecords, type Say, truthful, truthRecords } from './biasRecords';

function near(actual: number | undefined, expected: number, tolerance: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

test("a rank correlation is scipy's, its interval that of Bonett and Wright", () => {
  // scipy 1.17.1: spearmanr([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 4, 3, 7, 8, 6, 5]).statistic = 0.7380952
  const found = rankTrend([1, 2, 3, 4, 5, 6, 7, 8], [2, 1, 4, 3, 7, 8, 6, 5])!;
  near(found.correlation, 0.7380952, 1e-7);
  // numpy: tanh(arctanh(r) -+ 1.959964 * sqrt((1 + r ** 2 / 2) / 5))
  near(found.interval[0], -0.0424131, 1e-6);
  near(found.interval[1], 0.9591358, 1e-6);
  assert.equal(rankTrend([1, 1, 1, 1, 1], [1, 2, 3, 4, 5]), null);
  assert.equal(rankTrend([1, 2], [1, 2]), null);
  assert.throws(() => rankTrend([1, 2, 3], [1, 2]), /lists of one length, not 3 and 2/);
});

test('by simulation the interval of a rank correlation holds the true one as often as it says', () => {
  // As in the experiment: five shares of five networks each, and a measure that goes with them but for normal noise.
  const random = new Random(5);
  const shares = Array.from({ length: 25 }, (_, i) => (i % 5) / 4);
  for (const noise of [0.3, 0.8]) {
    const sample = (count: number): number => {
      const x = Array.from({ length: count }, (_, i) => shares[i % 25]);
      return rankTrend(
        x,
        x.map((share) => share + noise * random.normal()),
      )!.correlation;
    };
    const truth = sample(50_000);
    let held = 0;
    for (let study = 0; study < 1000; study++) {
      const { interval } = rankTrend(
        shares,
        shares.map((share) => share + noise * random.normal()),
      )!;
      if (interval[0] <= truth && truth <= interval[1]) held++;
    }
    assert.ok(held >= 935, `noise ${noise}: ${held} of 1000`);
  }
});

function trustIn(records: readonly RunRecord[], measure: BiasMeasure): Trust {
  return trustOf({
    classes: trendOf(records, measure, 'classes'),
    images: trendOf(records, measure, 'images'),
  });
}

function needsIn(records: readonly RunRecord[], measure: BiasMeasure): Needs | null {
  return needsOf(records, measure, trendOf(records, measure, 'classes'));
}

test('a measure that tells the truth recovers it in both divisions, with a slope of 1, blind to other cues', () => {
  const records = truthRecords(truthful);
  for (const measure of BIAS_MEASURES) {
    const trend = trendOf(records, measure, 'classes')!;
    assert.ok(trend.ranks.interval[0] > 0.8, measure.name);
    near(trend.slope?.difference, 100, 5);
    if (measure.cue !== 'colour') assert.equal(trustIn(records, measure), 'both', measure.name);
    // The ratio's own share is a half in one mixture and a quarter in the other: telling shares, it sees colour.
    assert.equal(
      exchange(records, measure)?.blindness,
      measure.ratio ? 'sees others' : 'blind',
      measure.name,
    );
  }
  const needs = needsIn(records, measureOf('exact.untextured'))!;
  near(needs.difference.difference, 25, 4);
  assert.equal(needs.networks, 2);
  // Five hundredths at 280 images: as long as 12.5 at so many less.
  near(needs.images ?? undefined, (280 * 5 ** 2) / 12.5 ** 2, 12);
});

test('a measure that says the same of all recovers nothing; one of another cue sees it', () => {
  const constant = truthRecords((_, __, random) => 0.5 + 0.02 * random.normal());
  assert.equal(trustIn(constant, measureOf('rank-shape')), 'neither');
  assert.equal(needsIn(constant, measureOf('rank-shape'))?.images === 0, false);
  const ofColour = truthRecords((_, record, random) => shareOf(record, 'colour') + 0.02 * random.normal());
  assert.equal(exchange(ofColour, measureOf('exact.untextured'))?.blindness, 'sees others');
});

test('where a measure falls over all shares, one rise on the way tells nothing', () => {
  const shares: Record<number, number> = { 0: 0.9, 0.25: 0.3, 0.5: 0.4, 0.75: 0.2, 1: 0.1 };
  const falling = truthRecords(
    (measure, record, random) => shares[shareOf(record, measure.cue)] + 0.01 * random.normal(),
  );
  const needs = needsIn(falling, measureOf('exact.untextured'))!;
  assert.ok(needs.difference.difference > 5);
  assert.deepEqual([needs.networks, needs.images], [null, null]);
});

test('the table has a row for every measure', () => {
  const table = trustTable(truthRecords(truthful));
  assert.equal(table.rows.length, BIAS_MEASURES.length);
  assert.ok(table.rows.every(({ length }) => length === table.columns.length));
});

function judge(claim: string, records: readonly RunRecord[]): Judgement {
  return [...biasClaimsRules, ...biasTruthRules].find((rule) => rule.claim === claim)!.judge(records);
}

const towardsShape =
  (size: number, under: (measure: BiasMeasure) => boolean = () => true): Say =>
  (measure, { cell }) => {
    const isVariant =
      cell.variant === 'joint' ||
      cell.variant === 'topk' ||
      cell.variant === 'topk-mean' ||
      cell.kept === 0.05;
    const side = measure.cue === 'shape' ? 1 : -1;
    return 0.5 + (isVariant && under(measure) ? side * size : 0) + 0.004 * cell.seed;
  };

test('a claim is reproduced where every judge shows it, mixed where some refute it', () => {
  for (const claim of ['M1', 'M2', 'M3', 'M4', 'M5']) {
    assert.equal(judge(claim, claimRecords(towardsShape(0.2))).verdict, 'reproduced', claim);
    assert.equal(judge(claim, claimRecords(towardsShape(-0.2))).verdict, 'not reproduced', claim);
    const some = judge(
      claim,
      claimRecords((measure, record, random) =>
        towardsShape(measure.kind === 'conflict' ? 0.2 : -0.2)(measure, record, random),
      ),
    );
    assert.equal(some.verdict, 'mixed', claim);
  }
  const none = judge('M2', claimRecords(towardsShape(0)));
  assert.equal(none.verdict, 'not reproduced');
  assert.match(none.reason ?? '', /^not towards shape under all 7 measures$/);
  assert.equal(JUDGES.length, 7);
});

test('a network that thinning leaves at chance is not judged by what is left to measure', () => {
  const without = (record: RunRecord, metric: string): RunRecord => ({
    ...record,
    metrics: { ...record.metrics, [metric]: { value: null, counts: {}, interval: null } },
  });
  const records = claimRecords(towardsShape(0.2));
  const thinned = records.map((record) =>
    record.cell.kept === 0.05 ? without(record, 'exact.untextured') : record,
  );
  const { verdict, reason } = judge('M5', thinned);
  assert.equal(verdict, 'inconclusive');
  assert.match(reason ?? '', /^of 14 measures of two networks, 12 shown, 0 refuted, 2 undecided/);
  assert.match(reason ?? '', /AlexNet, relief without texture not measurable/);
  const one = records.filter(({ cell }) => cell.variant !== 'alexnet');
  assert.equal(judge('M5', one).verdict, 'not run');
});

test('claims without their runs are not run', () => {
  for (const claim of ['M1', 'M2', 'M3', 'M4', 'M5', 'N1', 'N2', 'N3', 'N4'])
    assert.equal(judge(claim, []).verdict, 'not run', claim);
});

test('plain networks: what is lost with shape against what is lost with texture', () => {
  const say: Say = (measure, _, random) =>
    ({ 'exact.texture-alone': 0.9, 'exact.displaced-parts': 0.2, 'exact.untextured': 0.3 })[measure.metric] ??
    0.5 + 0.01 * random.normal();
  const noisy: Say = (measure, record, random) => say(measure, record, random) + 0.01 * random.normal();
  assert.equal(judge('N1', claimRecords(noisy)).verdict, 'reproduced');
  assert.equal(judge('N2', claimRecords(noisy)).verdict, 'reproduced');
  assert.doesNotMatch(judge('N1', claimRecords(noisy)).reason ?? '', /damage of its own/);
  const costly: Say = (measure, record, random) =>
    measure.metric === 'exact.displaced-parts' ? 1 : noisy(measure, record, random);
  assert.match(
    judge('N1', claimRecords(costly)).reason ?? '',
    /lies below 0; in (\d+) of \1 networks displaced parts cost more than texture alone/,
  );
});

test('what is tied in the truth keeps a perfect measure below 1', () => {
  const records = truthRecords(
    (measure, record, random) => shareOf(record, measure.cue) + 1e-6 * random.next(),
  );
  for (const [metric, division] of [
    ['shape-bias', 'classes'],
    ['shape-bias', 'images'],
    ['area.grey', 'classes'],
  ] as const) {
    const measure = measureOf(metric);
    const greatest = greatestWithoutTies(records, measure.cue, division)!;
    near(trendOf(records, measure, division)?.ranks.correlation, greatest, 1e-9);
    assert.ok(greatest > 0.9 && greatest < 1, String(greatest));
  }
  assert.match(
    trustTable(records).caption,
    /which of a measure without ties is at most by classes 0\.98, by images 0\.97, of colour 0\.94;/,
  );
});

test('a ratio that stays where both ranks fall hides them; cue conflict is judged by its own trend', () => {
  const ratio: Say = (measure, record, random) => {
    const [shape, texture] = [shareOf(record, 'shape'), shareOf(record, 'texture')];
    const value = measure.ratio ? shape / (shape + texture || 1) : shareOf(record, measure.cue);
    return value + 0.01 * random.normal();
  };
  assert.equal(judge('N3', truthRecords(ratio)).verdict, 'reproduced');
  assert.equal(judge('N4', truthRecords(ratio)).verdict, 'not reproduced');
  assert.equal(
    judge(
      'N4',
      truthRecords((_, __, random) => random.next()),
    ).verdict,
    'reproduced',
  );
});
