// The rules by which the claims were judged before, at their thresholds.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict } from '../../lib/results/claimRule';
import { EARLIER_TOPK_RULES } from '../../lib/results/topkEarlierRules';
import { type Accuracies, runsAt } from './runsAt';

/** What is judged: a specification's variant against its plain network, which is at 40 % everywhere. */
const JUDGED = {
  D1: ['code', 'topk'],
  D2: ['code', 'topk'],
  D3: ['code', 'topk-mean'],
  D5: ['paper', 'topk'],
  D6: ['paper', 'topk-mean'],
} as const;

/** The verdict on gains on two subsets, with this spread over five seeds. */
function verdict(claim: keyof typeof JUDGED, s1: number, s2: number, spread: number): Verdict {
  const [spec, variant] = JUDGED[claim];
  const plain = { s1: 40, s2: 40 };
  const runs = runsAt({ [spec]: { none: plain, [variant]: { s1: 40 + s1, s2: 40 + s2 } } }, spread);
  return EARLIER_TOPK_RULES[claim].judge(runs);
}

test('D1: gains on all subsets, significant on half of them', () => {
  assert.equal(verdict('D1', 5, 5, 1), 'reproduced');
  assert.equal(verdict('D1', 5, 0.5, 1), 'reproduced', 'significant on half');
  assert.equal(verdict('D1', 5, -1, 1), 'mixed', 'a loss');
  assert.equal(verdict('D1', 5, -9, 1), 'mixed', 'one is significant, though the pooled interval is below 0');
  assert.equal(verdict('D1', 1.2, 1.2, 1), 'mixed', 'significant on none, but pooled above 0');
  assert.equal(verdict('D1', 0.5, 0.5, 1), 'not reproduced');
  assert.equal(verdict('D1', -5, -5, 1), 'not reproduced', 'a significant loss is no gain');
  assert.equal(verdict('D1', 1, 1, 0), 'mixed', 'without any spread there is no p');
  assert.equal(verdict('D1', 0, 0, 0), 'not reproduced', 'the interval is 0 alone');
});

test('D2: gains on all subsets, and pooled above 0', () => {
  assert.equal(verdict('D2', 1, 1, 1), 'reproduced');
  assert.equal(verdict('D2', 0.9, 0.9, 1), 'mixed', 'the pooled interval reaches 0');
  assert.equal(verdict('D2', 5, -1, 1), 'mixed', 'a loss, though pooled above 0');
  assert.equal(verdict('D2', 1, -9, 1), 'not reproduced', 'a gain, but pooled below 0');
  assert.equal(verdict('D2', 1, -1, 0), 'not reproduced', 'pooled not above 0 at all');
  assert.equal(verdict('D2', 0, 0, 1), 'not reproduced', 'no gain on any');
});

for (const claim of ['D3', 'D6'] as const) {
  test(`${claim}: no gain on any subset`, () => {
    assert.equal(verdict(claim, -1, -1, 1), 'reproduced');
    assert.equal(verdict(claim, 0, 0, 1), 'reproduced', 'no difference is no gain');
    assert.equal(verdict(claim, 1, -9, 1), 'mixed', 'a gain on one');
    assert.equal(verdict(claim, 9, -1, 1), 'mixed', 'a gain on one, and pooled above 0');
    assert.equal(verdict(claim, 0.9, 0.9, 1), 'mixed', 'the pooled interval reaches 0');
    assert.equal(verdict(claim, 1, 1, 1), 'not reproduced');
  });
}

test('D5: within both bars together on all subsets, on some, on none', () => {
  assert.equal(verdict('D5', 1.9, -1.9, 1), 'reproduced');
  assert.equal(verdict('D5', 1.9, 2.1, 1), 'mixed');
  assert.equal(verdict('D5', 1.9, -2.1, 1), 'mixed');
  assert.equal(verdict('D5', 2.1, -2.1, 1), 'not reproduced');
  assert.equal(verdict('D5', 0, 0, 0), 'reproduced', 'no difference is within bars of no length');
});

/** Top-K's gains on the plain networks, by specification and subset. */
function lessPronounced(code: Accuracies, paper: Accuracies): Verdict {
  const at = (value: Accuracies[string]): number => 40 + (value as number);
  const topk = (gains: Accuracies): Accuracies =>
    Object.fromEntries(Object.entries(gains).map(([subset, gain]) => [subset, at(gain)]));
  const plain = (gains: Accuracies): Accuracies =>
    Object.fromEntries(Object.keys(gains).map((subset) => [subset, 40]));
  const runs = runsAt(
    { code: { none: plain(code), topk: topk(code) }, paper: { none: plain(paper), topk: topk(paper) } },
    0,
  );
  return EARLIER_TOPK_RULES.D4.judge(runs);
}

test('D4: a smaller gain in Paper-Spec, and a loss on some subset', () => {
  assert.equal(lessPronounced({ s1: 5, s2: 5 }, { s1: 4, s2: -1 }), 'reproduced');
  assert.equal(lessPronounced({ s1: 5, s2: 5 }, { s1: 4, s2: 1 }), 'mixed', 'smaller, without a loss');
  assert.equal(lessPronounced({ s1: 1, s2: 1 }, { s1: 9, s2: -1 }), 'mixed', 'a loss, but not smaller');
  assert.equal(lessPronounced({ s1: 1, s2: 1 }, { s1: 2, s2: 2 }), 'not reproduced');
  assert.equal(lessPronounced({ s1: 1, s2: 1 }, { s1: 1, s2: 1 }), 'not reproduced', 'the same');
  assert.equal(lessPronounced({ s1: 0, s2: 0 }, { s1: 0, s2: 0 }), 'not reproduced', 'no loss is none');
});

test('D4: over the subsets that were run in both', () => {
  assert.equal(lessPronounced({ s1: 5, s2: -20 }, { s1: 1, s3: -20 }), 'mixed');
  assert.equal(lessPronounced({ s1: 5 }, { s2: 1 }), 'not run');
});

/** Paper-Spec minus Code-Spec on one subset, by variant: of the original and the stylised set. */
function paperBeatsCode(none: [number, number], topk: [number, number], mean: [number, number]): Verdict {
  const at = (by: [number, number] = [0, 0]) => ({ s1: [40 + by[0], 30 + by[1]] as const });
  const code = { none: at(), topk: at(), 'topk-mean': at() };
  const runs = runsAt({ code, paper: { none: at(none), topk: at(topk), 'topk-mean': at(mean) } }, 0);
  return EARLIER_TOPK_RULES.O1.judge(runs);
}

test('O1: above in all comparisons, in more than half, in half', () => {
  assert.equal(paperBeatsCode([1, 1], [1, 1], [1, 1]), 'reproduced');
  assert.equal(paperBeatsCode([1, 1], [1, 1], [20, 20]), 'reproduced', 'each beside its own variant');
  assert.equal(paperBeatsCode([1, 1], [1, 1], [1, 0]), 'mixed');
  assert.equal(paperBeatsCode([1, 1], [1, 1], [-1, -1]), 'mixed');
  assert.equal(paperBeatsCode([1, -1], [1, -1], [1, -1]), 'not reproduced');
  assert.equal(paperBeatsCode([-1, -1], [-1, -1], [-1, -1]), 'not reproduced');
});

test('without runs nothing is judged', () => {
  for (const rule of Object.values(EARLIER_TOPK_RULES)) assert.equal(rule.judge([]), 'not run');
});
