import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../../lib/random';
import type { ClaimRule, SeveralDifferences, Verdict } from '../../lib/results/claimRule';
import { ledgerOfPlan } from '../../lib/results/claims';
import { pool } from '../../lib/results/comparisons';
import { lookAt } from '../../lib/results/looks';
import { simulateLooks, simulateVerdicts } from '../../lib/results/looksPower';
import type { RunRecord } from '../../lib/results/record';
import { coverages, newSeedPlan, withClaims } from '../../lib/results/seedPlan';
import { topKTrainingRules } from '../../lib/results/topkClaims';
import { syntheticRecord } from './syntheticRecords';

const PLAN = newSeedPlan('topk-training', 'tiny', [0, 1, 2, 3, 4]);

function ruleOf(claim: string): ClaimRule {
  return topKTrainingRules.find((rule) => rule.claim === claim) as ClaimRule;
}

interface Effects {
  /** Points that Top-K gains in Code-Spec and Paper-Spec, by subset. */
  code: readonly [number, number];
  paper: readonly [number, number];
}

/** A study of as many seeds as asked for: normal runs, each group with a spread of its own. */
function study(random: Random, { code, paper }: Effects, seeds: number): RunRecord[] {
  const records: RunRecord[] = [];
  for (const [spec, gains] of Object.entries({ code, paper })) {
    for (const [s, gain] of gains.entries()) {
      for (const variant of ['none', 'topk']) {
        const spread = 2 + random.integer(4);
        for (let seed = 0; seed < seeds; seed++) {
          const points = (): number => 50 + (variant === 'topk' ? gain : 0) + spread * random.normal();
          const [original, stylised] = [points() / 100, points() / 100];
          records.push(syntheticRecord({ spec, variant, subset: `s${s + 1}`, seed, original, stylised }));
        }
      }
    }
  }
  return records;
}

test('a claim is looked at where the plan says, with all groups complete', () => {
  const records = study(new Random(1), { code: [1, 1], paper: [0, 0] }, 20);
  const until = (count: number): number[] => {
    const present = records.filter(({ cell }) => cell.seed < count);
    return lookAt(ruleOf('D1'), present, PLAN).looks.map(({ seeds }) => seeds);
  };
  assert.deepEqual(until(4), []);
  assert.deepEqual(until(5), [5]);
  assert.deepEqual(until(9), [5]);
  assert.deepEqual(until(10), [5, 10]);
  const lacking = records.filter(({ cell }) => cell.id !== 'code-topk--s2--seed7' && cell.seed < 10);
  assert.deepEqual(
    lookAt(ruleOf('D1'), lacking, PLAN).looks.map(({ seeds }) => seeds),
    [5],
  );
  const [first, second] = lookAt(ruleOf('D1'), records, PLAN).looks;
  assert.equal(first.judgement.comparisons[0].baseline.count, 5);
  assert.equal(second.judgement.comparisons[0].baseline.count, 10);
  assert.deepEqual([first.coverage, second.coverage], coverages(PLAN).slice(0, 2));
});

test('seeds after the decision change nothing', () => {
  const records = study(new Random(2), { code: [12, 12], paper: [0, 0] }, 20);
  const all = lookAt(ruleOf('D1'), records, PLAN);
  assert.equal(all.verdict, 'reproduced');
  assert.equal(all.ended, true);
  const decidedAt = all.looks.at(-1)?.seeds ?? 0;
  assert.ok(decidedAt < 20);
  const spoilt = records.map((record) =>
    record.cell.seed < decidedAt
      ? record
      : { ...record, metrics: { ...record.metrics, stylised: record.metrics.shapeBias } },
  );
  assert.deepEqual(
    lookAt(ruleOf('D1'), spoilt, PLAN).looks.map(({ judgement, seeds }) => [judgement.verdict, seeds]),
    all.looks.map(({ judgement, seeds }) => [judgement.verdict, seeds]),
  );
});

test('under no effect at most 5 % of 2000 studies end in "reproduced"', () => {
  const random = new Random(5);
  const counts: Record<string, number> = { D1: 0, D2: 0, D4: 0 };
  for (let i = 0; i < 2000; i++) {
    const records = study(random, { code: [0, 0], paper: [0, 0] }, 20);
    for (const claim of Object.keys(counts))
      if (lookAt(ruleOf(claim), records, PLAN).verdict === 'reproduced') counts[claim]++;
  }
  for (const [claim, count] of Object.entries(counts)) assert.ok(count <= 100, `${claim}: ${count} of 2000`);
  // An interval of two sides errs on each in half of its cases.
  for (const claim of ['D1', 'D2'])
    assert.ok(counts[claim] >= 20 && counts[claim] <= 80, `${claim}: ${counts[claim]}`);
});

test('D4 with a gain in Code-Spec that is lost in Paper-Spec, where no subset suffers, ends in "reproduced" in 5 %', () => {
  const random = new Random(7);
  const studies = 2000;
  let found = 0;
  for (let i = 0; i < studies; i++) {
    const records = study(random, { code: [20, 20], paper: [0, 0] }, 20);
    if (lookAt(ruleOf('D4'), records, PLAN).verdict === 'reproduced') found++;
  }
  // Each of two subsets errs in 2.5 %; three standard errors above.
  assert.ok(found / studies < 0.065, `${found} of ${studies}`);
  assert.ok(found / studies > 0.02, `${found} of ${studies}: the other parts are in the way`);
});

test('a rule over several differences judges them as it judges their runs', () => {
  const random = new Random(11);
  const rule = ruleOf('D4');
  const verdicts = new Set<Verdict>();
  for (let i = 0; i < 100; i++) {
    const effects = i % 2 === 0 ? [20, -20] : [6, 2];
    const records = study(random, { code: [effects[0], 5], paper: [effects[1], 1] }, 8);
    const { verdict, comparisons } = rule.judge(records, 0.99);
    assert.equal(rule.severalDifferences?.judge(comparisons), verdict);
    verdicts.add(verdict);
  }
  assert.ok(verdicts.size > 2, [...verdicts].join());
});

test('the power of a plan over several differences: none without an effect, all with a great one; those of the report are Table 1', () => {
  const records = study(new Random(3), { code: [0, 0], paper: [0, 0] }, 5);
  const { judge, claimed } = ruleOf('D4').severalDifferences as SeveralDifferences;
  const { comparisons: found } = ruleOf('D4').judge(records);
  assert.deepEqual(
    claimed(found).map((gain) => gain.toFixed(1)),
    ['2.9', '7.7', '0.0', '-1.9'],
  );
  const power = (effects: readonly number[]) =>
    simulateVerdicts({ plan: PLAN, found, effects, judge, studies: 400 });
  const [none, great] = [power([0, 0, 0, 0]), power([40, 40, -40, -40])];
  assert.ok(none.shown <= 0.02, `${none.shown}`);
  assert.equal(great.shown, 1);
  assert.ok(great.seeds < 11 && none.seeds > great.seeds);
  for (const { shown, refuted, undecided } of [none, great])
    assert.ok(Math.abs(shown + refuted + undecided - 1) < 1e-12);
});

test('the intervals of all looks hold the truth together in 95 % of studies', () => {
  const random = new Random(6);
  const levels = coverages(PLAN);
  let held = 0;
  const studies = 2000;
  for (let i = 0; i < studies; i++) {
    const records = study(random, { code: [3, 3], paper: [0, 0] }, 20);
    const holds = PLAN.looks.every((seeds, look) => {
      const present = records.filter(({ cell }) => cell.seed < seeds);
      const [low, high] = pool(ruleOf('D1').judge(present, levels[look]).comparisons).interval;
      return low <= 3 && 3 <= high;
    });
    if (holds) held++;
  }
  // Three standard errors below.
  assert.ok(held / studies > 0.935, `${held / studies}`);
});

test('an effect as great as the report prints is found, in fewer seeds than the last look', () => {
  const records = study(new Random(8), { code: [5, 5], paper: [0, 0] }, 5);
  const found = ruleOf('D1').judge(records).evidence[0];
  const common = { plan: PLAN, found: found.contrast, claimed: found.claimed };
  const there = simulateLooks({ ...common, effect: found.claimed });
  assert.ok(there.shown > 0.9 && there.seeds < 20, JSON.stringify(there));
  const none = simulateLooks({ ...common, effect: 0 });
  assert.ok(none.shown <= 0.05, JSON.stringify(none));
  assert.ok(Math.abs(none.shown + none.refuted + none.undecided - 1) < 1e-9);
  assert.deepEqual(simulateLooks({ ...common, effect: 0 }), none, 'the same every time');
});

test('a rule that more seeds may overturn is not decided by them', () => {
  for (const claim of ['D5', 'R4']) assert.equal(ruleOf(claim)?.overSeeds, undefined, claim);
  assert.throws(
    () => ledgerOfPlan(withClaims(PLAN, ['D5'], '2026-01-02'), [], 'topk', topKTrainingRules),
    /names the claim D5, which more seeds cannot decide/,
  );
});

test('a look with a run that has no value is not complete', () => {
  const records = study(new Random(4), { code: [1, 1], paper: [0, 0] }, 10).map((record) =>
    record.cell.id !== 'code-topk--s1--seed7'
      ? record
      : { ...record, metrics: { ...record.metrics, stylised: { value: null, counts: {}, interval: null } } },
  );
  assert.deepEqual(
    lookAt(ruleOf('D1'), records, PLAN).looks.map(({ seeds }) => seeds),
    [5],
  );
  const [look] = lookAt(ruleOf('D1'), records, PLAN).looks;
  assert.doesNotMatch(
    look.judgement.summary,
    /\(p /,
    'a p of one look is not shown beside intervals of several',
  );
});

test('the ledger of a plan has the chosen claims, every look, and the cells of the last', () => {
  const plan = withClaims(PLAN, ['D1', 'D4'], '2026-01-02');
  const records = study(new Random(9), { code: [1, 1], paper: [0, 0] }, 10);
  const entries = ledgerOfPlan(plan, records, 'topk', topKTrainingRules);
  assert.deepEqual(
    entries.map(({ claim }) => claim.id),
    ['D1', 'D4'],
  );
  const [{ untilDecided, cells, verdict }] = entries;
  const looks = untilDecided?.looks ?? [];
  assert.deepEqual(
    looks.map(({ seeds }) => seeds),
    verdict === 'inconclusive' || looks.length === 2 ? [5, 10] : [5],
  );
  assert.equal(cells.length, 4 * (looks.at(-1)?.seeds ?? 0));
  const verdicts: Verdict[] = looks.map(({ judgement }) => judgement.verdict);
  assert.equal(verdict, verdicts.at(-1));
});
