// The rules for D1 to D6 and O1, each at the thresholds that its text names.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Judgement } from '../../lib/results/claimRule';
import { topKTrainingRules } from '../../lib/results/topkClaims';
import { type Accuracies, type Grid, runsAt } from './runsAt';

function judge(claim: string, grid: Grid, spread: Parameters<typeof runsAt>[1]): Judgement {
  return topKTrainingRules.find((rule) => rule.claim === claim)!.judge(runsAt(grid, spread));
}

/** Half widths, in units of the spread: Student's quantile for 8 and 16 degrees of freedom. */
const SINGLE = 2.306004 * Math.sqrt(2 / 5);
const POOLED = (2.119905 * Math.sqrt(2 / 5)) / Math.sqrt(2);

function close(actual: number, wanted: number): void {
  assert.ok(Math.abs(actual - wanted) < 1e-9, `${actual} instead of ${wanted}`);
}

test('without runs no rule says anything', () => {
  for (const { judge } of topKTrainingRules)
    assert.deepEqual(judge([]), {
      verdict: 'not run',
      summary: 'no subset with two seeds of both networks',
      comparisons: [],
      evidence: [],
    });
});

function d5(s1: number, s2: number, spread: number): Judgement {
  const at = (a: number, b: number): Accuracies => ({ s1: [70 + a, 30], s2: [70 + b, 30] });
  return judge('D5', { paper: { none: at(0, 0), topk: at(s1, s2) } }, spread);
}

/** What Table 1 prints of Top-K on the original images in Code-Spec: means of four subsets, 85.7 and 83.475. */
const MARGIN = 2.225;

test('D5: within the margin on both sides, with the ends just inside and just outside', () => {
  const half = POOLED * 0.5;
  for (const sign of [1, -1]) {
    const edge = (by: number) => d5(sign * (MARGIN - half + by), sign * (MARGIN - half + by), 0.5).verdict;
    assert.equal(edge(-0.01), 'reproduced');
    assert.equal(edge(0.01), 'not reproduced', 'it leaves out 0 and reaches beyond');
    // With twice the spread it holds 0 as well.
    const wide = POOLED * 1.5;
    assert.equal(d5(sign * (wide - 0.01), sign * (wide - 0.01), 1.5).verdict, 'inconclusive');
    assert.equal(d5(sign * (wide + 0.01), sign * (wide + 0.01), 1.5).verdict, 'not reproduced');
    assert.equal(d5(sign * 9, sign * 9, 0.5).verdict, 'not reproduced');
  }
});

test('D5: a subset beyond the margin, on either side, makes it mixed', () => {
  const beyond = MARGIN + SINGLE * 0.2;
  for (const sign of [1, -1]) {
    assert.equal(d5(sign * (beyond + 0.01), -sign, 0.2).verdict, 'mixed');
    assert.equal(d5(sign * (beyond - 0.01), -sign, 0.2).verdict, 'reproduced');
    assert.equal(d5(-sign, sign * (beyond + 0.01), 0.2).verdict, 'mixed');
  }
});

test('D5: what has to be ruled out lies on the side to which the numbers lean', () => {
  for (const [gain, sign] of [
    [1, 1],
    [0, 1],
    [-1, -1],
  ]) {
    const { evidence, comparisons } = d5(gain, gain, 1);
    assert.deepEqual([evidence.length, comparisons.length, evidence[0].name], [1, 2, 'pooled']);
    close(evidence[0].claimed, sign * MARGIN);
    close(evidence[0].difference, gain);
  }
});

/** Top-K's stylised gains, by subset, over plain networks at 40 %. */
function d4(code: Record<string, number>, paper: Record<string, number>, spread: number): Judgement {
  const at = (gains: Record<string, number>, share: number): Accuracies =>
    Object.fromEntries(Object.entries(gains).map(([subset, gain]) => [subset, [70, 40 + share * gain]]));
  const grid = {
    code: { none: at(code, 0), topk: at(code, 1) },
    paper: { none: at(paper, 0), topk: at(paper, 1) },
  };
  return judge('D4', grid, spread);
}

test('D4: the gain, the gain lost, and their claimed sizes', () => {
  const { evidence, comparisons, summary } = d4({ s1: 5, s2: 7 }, { s1: 2, s2: -3 }, 1);
  assert.equal(comparisons.length, 4);
  assert.deepEqual(
    evidence.map(({ name }) => name),
    ['pooled', 'gain lost'],
  );
  const [gain, lost] = evidence;
  close(gain.difference, 6);
  close(lost.difference, 6 + 0.5);
  // Table 1, means of four subsets: 70.2 less 65.15 in Code-Spec, 75.55 less 74.7 in Paper-Spec.
  close(gain.claimed, 5.05);
  close(lost.claimed, 5.05 - 0.85);
  // Four pairs of groups with the weights a half: the error is that of two independent pooled differences.
  close(lost.contrast.standardError, Math.sqrt(2) * gain.contrast.standardError);
  assert.match(
    summary,
    /^A shown: Code-Spec s1 .*\. B shown: gain lost .*\. C shown: Paper-Spec s1 .*pooled /,
  );
});

test('D4, part C: some subset below 0 shows it, all above 0 refute it', () => {
  const part = (s1: number, s2: number): string | undefined =>
    /C (\w+)/.exec(d4({ s1: 20, s2: 20 }, { s1, s2 }, 1).summary)?.[1];
  assert.equal(part(-SINGLE - 0.01, 9), 'shown');
  assert.equal(part(-SINGLE + 0.01, 9), 'undecided');
  assert.equal(part(SINGLE - 0.01, 9), 'undecided');
  assert.equal(part(SINGLE + 0.01, 9), 'refuted');
  assert.equal(part(0, 0), 'undecided');
});

test('D4: over the subsets that were run in both', () => {
  const found = d4({ s1: 5, s2: -20 }, { s1: 1, s3: -20 }, 0.2);
  assert.deepEqual(
    found.comparisons.map(({ subset }) => subset),
    ['s1', 's1'],
  );
  close(found.evidence[1].difference, 4);
  assert.equal(d4({ s1: 5 }, { s2: 5 }, 1).verdict, 'not run');
});

/** Paper-Spec minus Code-Spec by variant, of the original and the stylised set, on two subsets of which the first spreads less. */
function o1(
  gains: Record<'none' | 'topk' | 'topk-mean', readonly [number, number]>,
  spread: Parameters<typeof runsAt>[1] = { s1: 1, s2: 2 },
): Judgement {
  const at = ([original, stylised]: readonly [number, number]): Accuracies => ({
    s1: [60 + original, 30 + stylised],
    s2: [60 + original, 30 + stylised],
  });
  const variants = (by: typeof gains) => ({
    none: at(by.none),
    topk: at(by.topk),
    'topk-mean': at(by['topk-mean']),
  });
  const same = { none: [0, 0], topk: [0, 0], 'topk-mean': [0, 0] } as const;
  return judge('O1', { code: variants(same), paper: variants(gains) }, spread);
}

test('O1: all above, some below, none above', () => {
  const all = (by: number) => ({ none: [by, by], topk: [by, by], 'topk-mean': [by, by] }) as const;
  assert.equal(o1(all(9)).verdict, 'reproduced');
  assert.equal(o1(all(-9)).verdict, 'not reproduced');
  assert.equal(o1(all(0)).verdict, 'inconclusive');
  assert.equal(o1({ ...all(9), topk: [9, 0] }).verdict, 'inconclusive', 'not all above');
  assert.equal(o1({ ...all(9), topk: [9, -9] }).verdict, 'mixed');
  assert.equal(o1({ ...all(0), topk: [0, -9] }).verdict, 'not reproduced');
});

test('O1: the intervals of all comparisons hold together, and are wider for it', () => {
  // Student's quantile for 8 degrees of freedom at 1 - 0.05 / 24: twelve comparisons, two sides.
  const half = 3.981 * Math.sqrt(2 / 5);
  const all = (by: number) => ({ none: [by, by], topk: [by, by], 'topk-mean': [by, by] }) as const;
  assert.equal(o1(all(half + 0.02), 1).verdict, 'reproduced');
  assert.equal(o1(all(half - 0.02), 1).verdict, 'inconclusive');
  assert.equal(o1(all(-half - 0.02), 1).verdict, 'not reproduced');
  assert.equal(o1(all(-half + 0.02), 1).verdict, 'inconclusive');
});

test('O1: the widest interval stands for all; each test set is pooled by itself', () => {
  for (const [spread, widest] of [
    [{ s1: 1, s2: 2 }, 's2'],
    [{ s1: 2, s2: 1 }, 's1'],
  ] as const) {
    const found = o1({ none: [9, 6], topk: [10, 7], 'topk-mean': [11, 8] }, spread);
    assert.deepEqual([found.comparisons.length, found.evidence.length], [12, 1]);
    const [evidence] = found.evidence;
    assert.match(evidence.name, new RegExp(`^(original|stylised) of .* on ${widest}$`));
    close(evidence.level!, 1 - 0.05 / 12);
    close(evidence.contrast.standardError, 2 * Math.sqrt(2 / 5));
    // Table 1, Paper-Spec less Code-Spec: 6.975, 5 and 10.675 of the original images, 9.55, 5.35 and 11.975 of the stylised.
    assert.match(
      found.summary,
      /^above 0 in 12, below in 0 of 12; original pooled \+10\.0 .*; claimed \+7\.[56]; stylised pooled \+7\.0 .*; claimed \+9\.0$/,
    );
  }
});

test('O1: of one test set alone, what is there is judged', () => {
  const runs = runsAt({ code: { none: { s1: 40 } }, paper: { none: { s1: 49 } } }, 1).map((run) => ({
    ...run,
    metrics: { original: run.metrics.original },
  }));
  const { verdict, summary } = topKTrainingRules.find(({ claim }) => claim === 'O1')!.judge(runs);
  assert.equal(verdict, 'reproduced');
  assert.match(summary, /^above 0 in 1, below in 0 of 1; original pooled [^;]*; claimed [^;]*$/);
});
