// The rules of LocNet's claims at the thresholds that their texts name.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judgement, Verdict } from '../../lib/results/claimRule';
import { ledger } from '../../lib/results/claims';
import { locNetRules } from '../../lib/results/locnetClaims';
import { readLocNetTable } from '../../lib/results/locnetPaper';
import { readClaims } from '../../lib/results/papers';
import type { RunRecord } from '../../lib/results/record';
import { locNetGrid, locNetRecord } from './locnetRecords';

function judge(claim: string, records: readonly RunRecord[]): Judgement {
  const rule = locNetRules.find((candidate) => candidate.claim === claim);
  assert.ok(rule, claim);
  return rule.judge(records);
}

function verdicts(claim: string, grids: readonly (readonly RunRecord[])[]): Verdict[] {
  return grids.map((records) => judge(claim, records).verdict);
}

/** Three seeds of the baseline and of the joint network, where some metrics of the latter lie so many points above. */
function withGains(gains: Readonly<Record<string, number>>, spread = 0.5): RunRecord[] {
  const base = (name: string): number =>
    name.startsWith('top5') ? 0.7 : name.startsWith('top1') ? 0.4 : 0.5;
  const at = (seed: number, points: number) => (points + spread * (seed - 2)) / 100;
  return [1, 2, 3].flatMap((seed) =>
    (['baseline', 'joint'] as const).map((variant) =>
      locNetRecord({
        variant,
        seed,
        metrics: Object.fromEntries(
          Object.entries(gains).map(([name, points]) => [
            name,
            base(name) + at(seed, variant === 'joint' ? points : 0),
          ]),
        ),
      }),
    ),
  );
}

function gainsOn(sets: readonly string[], top: 'top1' | 'top5', points: number): Record<string, number> {
  return Object.fromEntries(sets.map((set) => [`${top}.${set}`, points]));
}

const TABLE = readLocNetTable();
const ALL = TABLE.map(({ set }) => set);
const CUES = TABLE.filter(({ kind }) => kind === 'cue').map(({ set }) => set);
const PARAMETRIC = ALL.filter((set) => !CUES.includes(set));

test('every claim of the paper has a rule, in the order of the paper', () => {
  assert.deepEqual(
    locNetRules.map(({ claim }) => claim),
    readClaims('locnet').map(({ id }) => id),
  );
});

test('Table 1 as transcribed has the means that the claims print', () => {
  const meanGain = (sets: readonly string[], top: 'top1' | 'top5'): number =>
    TABLE.filter(({ set }) => sets.includes(set)).reduce((sum, row) => sum + row[top][0] - row[top][1], 0) /
    sets.length;
  assert.ok(Math.abs(meanGain(ALL, 'top5') - 3.99) < 0.01);
  assert.ok(Math.abs(meanGain(ALL, 'top1') - 2.26) < 0.01);
  assert.equal(TABLE.filter(({ top5: [joint, baseline] }) => joint > baseline).length, 17);
  assert.equal(TABLE.filter(({ top1: [joint, baseline] }) => joint > baseline).length, 13);
});

test('B1: better on all sets at top-5', () => {
  const some = ALL.slice(0, 3);
  assert.deepEqual(
    verdicts('B1', [
      withGains(gainsOn(ALL, 'top5', 5)),
      withGains({ ...gainsOn(ALL, 'top5', 5), ...gainsOn(some, 'top5', -8) }),
      withGains({ ...gainsOn(ALL, 'top5', 5), ...gainsOn(some, 'top5', 0) }),
      withGains(gainsOn(ALL, 'top5', 0)),
      withGains(gainsOn(ALL, 'top5', -5)),
      withGains(gainsOn(ALL, 'top5', 4), 30),
    ]),
    ['reproduced', 'mixed', 'inconclusive', 'not reproduced', 'not reproduced', 'inconclusive'],
  );
});

test('B2: sketch, stylized and the parametric sets; the other cues have no say', () => {
  const fourteen = ['sketch', 'stylized', ...PARAMETRIC];
  const others = CUES.filter((set) => !fourteen.includes(set));
  const grid = withGains({ ...gainsOn(fourteen, 'top1', 6), ...gainsOn(others, 'top1', -9) });
  const judgement = judge('B2', grid);
  assert.equal(judgement.verdict, 'reproduced');
  assert.equal(judgement.comparisons.length, 14);
  assert.ok(Math.abs(judgement.evidence[0].claimed - 3.34) < 0.01);
});

test('B3: exactly two of the five sets of cues', () => {
  const better = (count: number, rest = 0): RunRecord[] =>
    withGains({
      ...gainsOn(CUES, 'top1', rest),
      ...gainsOn(CUES.slice(0, count), 'top1', 8),
    });
  assert.deepEqual(verdicts('B3', [better(2), better(1), better(3), better(0, -8), better(1, -8)]), [
    'reproduced',
    'inconclusive',
    'not reproduced',
    'not reproduced',
    'not reproduced',
  ]);
});

test('B4 and A3 are settled by what the paper and its code say, without a run', () => {
  const table = judge('B4', []);
  assert.equal(table.verdict, 'not reproduced');
  assert.match(table.summary, /nearest is trial\d+, 4\.\d\d points away/);
  const rest = judge('A3', []);
  assert.equal(rest.verdict, 'not reproduced');
  assert.match(rest.summary, /is 0\.0025 and 0\.0034: small, but not 0/);
});

test('B5: shape bias, with five points as what would matter', () => {
  assert.deepEqual(
    verdicts('B5', [
      withGains({ shapeBias: 3 }),
      withGains({ shapeBias: 0 }),
      withGains({ shapeBias: 0 }, 6),
      withGains({ shapeBias: -3 }),
    ]),
    ['reproduced', 'not reproduced', 'inconclusive', 'not reproduced'],
  );
});

test('C1: both measures of spread have a part', () => {
  const spread = (entropy: number, area: number): RunRecord[] =>
    withGains({ camEntropyShallow: entropy, camAreaShallow: area });
  assert.deepEqual(verdicts('C1', [spread(3, 3), spread(3, -3), spread(-3, -3), spread(0, 3)]), [
    'reproduced',
    'mixed',
    'not reproduced',
    'mixed',
  ]);
});

/** Three seeds of the joint network and the U-Net. */
function jointAndUNet(joint: number, skips: Readonly<Record<string, number>> = {}): RunRecord[] {
  return [1, 2, 3].flatMap((seed) => [
    locNetRecord({ variant: 'joint', seed, gain: joint }),
    locNetRecord({ variant: 'unet', seed, metrics: skips }),
  ]);
}

test('A1: depth follows the skips, and the AutoEncoder is more accurate', () => {
  const own = { depthErrorSkipsExchanged: 0.02, depthErrorToOther: 0.06 };
  assert.deepEqual(verdicts('A1', [jointAndUNet(5), jointAndUNet(-5), jointAndUNet(-5, own)]), [
    'reproduced',
    'mixed',
    'not reproduced',
  ]);
});

test('A2: a third of the error of the mean map', () => {
  const share = (value: number, spread = 0.001): RunRecord[] =>
    [1, 2, 3].map((seed) =>
      locNetRecord({
        variant: 'joint',
        seed,
        metrics: { depthErrorOfMean: 0.03, depthError: 0.03 * (value + spread * (seed - 2)) },
      }),
    );
  assert.deepEqual(verdicts('A2', [share(0.3), share(0.4), share(0.33, 0.1)]), [
    'reproduced',
    'not reproduced',
    'inconclusive',
  ]);
});

test('the ledger names the runs that each verdict rests on', () => {
  const cells = Object.fromEntries(
    ledger(locNetGrid({ joint: 3, unet: 1 }), 'locnet', locNetRules).map(({ claim, cells: ids }) => [
      claim.id,
      ids.length,
    ]),
  );
  assert.deepEqual([cells.A1, cells.A2, cells.B2], [6, 3, 6]);
});

test('with one seed of a network nothing is judged', () => {
  const single = locNetGrid({ joint: 3, unet: 1 }).filter(({ cell }) => cell.seed === 1);
  for (const claim of ['A1', 'A2', 'B1', 'B2', 'B3', 'B5', 'C1']) {
    assert.equal(judge(claim, single).verdict, 'not run', claim);
  }
});
