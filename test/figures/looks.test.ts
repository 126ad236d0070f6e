import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { rulesDecidedBySeeds } from '../../lib/figures/galleries';
import { looksInWords, percentInWords, planInWords } from '../../lib/figures/looksInWords';
import { writeClaims, writeFigures } from '../../lib/figures/write';
import { type RunRecord, recordFile, writeRecord } from '../../lib/results/record';
import { newSeedPlan, withClaims, writeSeedPlan } from '../../lib/results/seedPlan';
import { syntheticRecord } from '../results/syntheticRecords';

const PLAN = withClaims(newSeedPlan('topk-training', 'tiny', [0, 1]), ['D1', 'D4'], '2026-01-02');

/** Networks of both specifications, of which Top-K gains nothing, with a little spread. */
function runs(seeds: readonly number[]): RunRecord[] {
  return ['code', 'paper'].flatMap((spec) =>
    ['none', 'topk'].flatMap((variant) =>
      ['s1', 's2'].flatMap((subset) =>
        seeds.map((seed) => {
          const stylised = 0.4 + 0.02 * Math.sin(7 * seed + spec.length + 3 * variant.length);
          return syntheticRecord({ spec, variant, subset, seed, stylised });
        }),
      ),
    ),
  );
}

test('a plan is drawn and tabled beside the profile, whose own figures do not see the further seeds', async (context) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-looks-'));
  context.after(() => fs.rmSync(root, { recursive: true, force: true }));
  const [records, untilDecided, folder] = ['records', 'until-decided', 'figures'].map((name) =>
    path.join(root, name),
  );
  const store = (seeds: readonly number[], where: string): void => {
    for (const run of runs(seeds)) writeRecord(recordFile('tiny', 'topk-training', run.cell.id, where), run);
  };
  store([0, 1], records);
  const options = { records, untilDecided, folder, montages: path.join(root, 'none') };
  const alone = await writeFigures(options);
  const before = fs.readFileSync(path.join(folder, 'topk-accuracy-tiny.svg'), 'utf8');
  store([2, 3], untilDecided);
  writeSeedPlan(PLAN, untilDecided);
  const written = (await writeFigures(options)).map((file) => path.basename(file));
  assert.deepEqual(
    written.filter((file) => !alone.map((each) => path.basename(each)).includes(file)).sort(),
    [
      'until-decided-power-topk-training-tiny.csv',
      'until-decided-power-topk-training-tiny.html',
      'until-decided-power-topk-training-tiny.md',
      'until-decided-topk-training-tiny.csv',
      'until-decided-topk-training-tiny.html',
      'until-decided-topk-training-tiny.md',
      'until-decided-topk-training-tiny.svg',
      'until-decided-topk-training-tiny.txt',
      'until-decided-topk-training-tiny.vl.json',
    ],
  );
  assert.equal(fs.readFileSync(path.join(folder, 'topk-accuracy-tiny.svg'), 'utf8'), before);
  const rows = fs.readFileSync(path.join(folder, 'until-decided-topk-training-tiny.csv'), 'utf8');
  assert.match(rows, /D1,2,99\.9985 %,inconclusive,/);
  assert.match(rows, /D1,4,99\.7\d? %,/);
  const ledger = writeClaims(options);
  const [profile, claim] = ['Profile', 'Claim'].map((name) => ledger.columns.indexOf(name));
  const ofD1 = ledger.rows.filter((row) => row[claim] === 'D1').map((row) => row[profile]);
  assert.deepEqual(ofD1, ['tiny', 'tiny, until decided']);
  const said = ledger.rows.find((row) => row[profile] === 'tiny, until decided')?.join(' ') ?? '';
  assert.match(
    said,
    /2 seeds, intervals of 99\.9985 %: inconclusive, pooled .*\. 4 seeds, intervals of 99\.7\d? %: /,
  );
  assert.match(said, /Seeds were added until the claim was decided: looks at 2 \(99\.9985 %\), 4 /);
});

test('coverage is told from 100 %, and a plan says what it fixes', () => {
  assert.deepEqual([0.95, 0.9969547, 0.9999852, 0.951].map(percentInWords), [
    '95 %',
    '99.70 %',
    '99.9985 %',
    '95.1 %',
  ]);
  assert.match(looksInWords(PLAN), /^2 \(99\.9985 %\), 4 \(99\.70? %\) and 8 \(95\.1 %\)$/);
  assert.match(
    planInWords(PLAN, 'D1'),
    /hold together over its looks in 95 % of cases.*The first 2 seeds are the profile's own.* chosen on \d{4}-\d\d-\d\d\.$/,
  );
  const later = withClaims(PLAN, ['D2'], '2099-01-01');
  assert.match(
    planInWords(later, 'D2'),
    /chosen on 2099-01-01, when further seeds may have been known already\.$/,
  );
});

test('a claim that seeds do not decide is refused with those that they do, an unknown one with the nearest', () => {
  assert.throws(
    () => rulesDecidedBySeeds('topk-training', ['D5']),
    /D5 is no claim that seeds decide by a plan: more seeds may overturn .* topk-training they decide D1, D2, .*O1\./,
  );
  assert.throws(() => rulesDecidedBySeeds('topk-training', ['D11']), /Unknown claim.*Did you mean "D1"/);
});
