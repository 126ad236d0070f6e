// A set's intervals and its edges: few observers, few categories, conditions that do not count; and scores over several sets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { benchmark } from '../../lib/benchmark/benchmark';
import { findDataset } from '../../lib/benchmark/datasets';
import { resampledShares } from '../../lib/benchmark/resampling';
import { arrange } from '../../lib/benchmark/responses';
import { measureSet } from '../../lib/benchmark/setResult';
import { readTrialFolder } from '../../lib/benchmark/trialFiles';
import { type Trial, textureOf } from '../../lib/benchmark/trials';
import { fromRoot } from '../../lib/files';
import { HUMANS, pairKey, type SetResult } from '../../lib/results/benchmark';
import { biasCorrectedInterval } from '../../lib/results/bootstrap';
import type { Interval } from '../../lib/results/proportion';
import { wilsonInterval } from '../../lib/results/proportion';

const options = { resamples: 200 };
const trials = readTrialFolder(fromRoot('test', 'fixtures', 'benchmark', 'trials-small'));
const HUMAN_OBSERVERS = ['subject-01', 'subject-02', 'subject-03'];

function measured(name: string, keep: (trial: Trial) => boolean = () => true): SetResult {
  return measureSet(arrange(findDataset(name), trials[name].filter(keep)), options).result;
}

function holdsWithRoom(interval: Interval | null, value: number | null): boolean {
  return interval !== null && value !== null && interval[0] < value && value < interval[1];
}

const contrast = measured('contrast');
const cues = measured('cue-conflict');

test('several observers saw the same images: their interval is of resampled images, one observer’s is Wilson’s', () => {
  for (const result of [contrast, cues]) {
    const { value, counts, interval } = result.overallAccuracy[HUMANS].all;
    assert.ok(holdsWithRoom(interval, value));
    assert.notDeepEqual(interval, wilsonInterval(counts.correct, counts.images));
    const alone = result.overallAccuracy['subject-01'].all;
    assert.deepEqual(alone.interval, wilsonInterval(alone.counts.correct, alone.counts.images));
  }
});

test('the interval of humans’ shape bias resamples conflict images, each with the decisions of all', () => {
  const own = trials['cue-conflict'].filter(({ subject }) => subject.startsWith('subject-'));
  const images = [...new Set(own.map(({ image }) => image))].sort();
  const decided = images.flatMap((image) => {
    const answers = own.filter((trial) => trial.image === image);
    const [shape, texture] = [answers[0].category, textureOf(image)];
    const votes = (cue: string): number => answers.filter(({ response }) => response === cue).length;
    return shape === texture ? [] : [{ shape: votes(shape), texture: votes(texture) }];
  });
  const { bias } = cues.shapeBias![HUMANS].overall;
  assert.deepEqual(bias.interval, biasCorrectedInterval(resampledShares(decided, options), bias.value!));
  assert.notDeepEqual(
    bias.interval,
    wilsonInterval(bias.counts.shape, bias.counts.shape + bias.counts.texture),
  );
  const alone = cues.shapeBias!['subject-01'].overall.bias;
  assert.deepEqual(
    alone.interval,
    wilsonInterval(alone.counts.shape, alone.counts.shape + alone.counts.texture),
  );
  assert.equal(contrast.shapeBias, undefined);
});

test('observers who hit neither cue have no shape bias, together neither', () => {
  const blind = trials['cue-conflict'].map((trial) => ({ ...trial, response: 'na' }));
  const { shapeBias } = measureSet(arrange(findDataset('cue-conflict'), blind), options).result;
  for (const observer of [HUMANS, 'net-a']) {
    const { bias, shapeShare } = shapeBias![observer].overall;
    assert.deepEqual([bias.value, bias.interval, shapeShare], [null, null, 0]);
  }
});

test('shape bias has the categories that were shown', () => {
  const { shapeBias } = measured('cue-conflict', ({ category }) => ['cat', 'oven'].includes(category));
  assert.deepEqual(Object.keys(shapeBias![HUMANS].byCategory), ['cat', 'oven']);
});

test('consistency over all conditions is that of their added counts, with an interval', () => {
  const key = pairKey('subject-01', 'net-a');
  const { observed, kappa, interval } = contrast.overallConsistency[key];
  const single = Object.values(contrast.consistency[key]);
  assert.ok(
    Math.abs(observed - single.reduce((sum, part) => sum + part.observed, 0) / single.length) < 1e-12,
  );
  assert.ok(holdsWithRoom(interval, kappa));
  for (const part of single) assert.ok(part.interval !== null && part.interval[0] < part.interval[1]);
});

test('mean kappas: of humans together and of each network, with intervals', () => {
  assert.deepEqual(Object.keys(contrast.errorConsistency), [HUMANS, 'net-a', 'net-b', 'net-c']);
  for (const conditions of Object.values(contrast.errorConsistency))
    for (const { value, interval } of Object.values(conditions)) assert.ok(holdsWithRoom(interval, value));
  // The mean over pairs: every human observer has as many others.
  const kappa = (a: string, b: string): number => contrast.consistency[pairKey(a, b)].c30.kappa;
  const [a, b, c] = HUMAN_OBSERVERS;
  const mean = (kappa(a, b) + kappa(a, c) + kappa(b, c)) / 3;
  assert.ok(Math.abs(contrast.errorConsistency[HUMANS].c30.value - mean) < 1e-12);
});

test('one human alone agrees with networks only; networks alone with nobody', () => {
  const one = measured('contrast', ({ subject }) => ['subject-01', 'net-a'].includes(subject));
  assert.deepEqual(Object.keys(one.errorConsistency), ['net-a']);
  const none = measured('contrast', ({ subject }) => subject.startsWith('net-'));
  assert.deepEqual(Object.keys(none.errorConsistency), []);
  assert.deepEqual(none.observers, ['net-a', 'net-b', 'net-c']);
  assert.deepEqual(Object.keys(none.consistency), []);
  assert.equal(
    Object.keys(measured('cue-conflict', ({ subject }) => subject.startsWith('net-')).consistency).length,
    3,
  );
});

test('a set of which only the control was answered counts in no score', () => {
  const control = trials.contrast.filter(({ condition }) => condition === 'c100');
  const { result } = measureSet(arrange(findDataset('contrast'), control), options);
  assert.deepEqual(
    result.conditions.map(({ name }) => name),
    ['c100'],
  );
  assert.equal(result.overallAccuracy['net-a'].benchmark, null);
  assert.ok(result.overallAccuracy['net-a'].all.value! > 0);
  assert.deepEqual(benchmark({ contrast: control }, options).scores, []);
  const both = benchmark({ ...trials, contrast: control }, options).scores;
  const cuesOnly = benchmark({ 'cue-conflict': trials['cue-conflict'] }, options).scores;
  assert.deepEqual(both, cuesOnly);
});

test('each observer is scored over the sets that it answered', () => {
  const answered = {
    ...trials,
    'cue-conflict': trials['cue-conflict'].filter(({ subject }) => subject !== 'net-b'),
  };
  const { scores } = benchmark(answered, options);
  assert.deepEqual(Object.fromEntries(scores.map(({ observer, sets }) => [observer, sets])), {
    [HUMANS]: 2,
    'net-a': 2,
    'net-b': 1,
    'net-c': 2,
  });
  const b = scores.find(({ observer }) => observer === 'net-b')!;
  const accuracy = contrast.overallAccuracy['net-b'].benchmark!;
  assert.equal(b.outOfDistributionAccuracy.value, accuracy.value);
  assert.equal(scores.find(({ observer }) => observer === HUMANS)!.ranks, null);
});

test('without humans there is accuracy, but no likeness to them and no place', () => {
  const networks = trials.contrast.filter(({ subject }) => subject.startsWith('net-'));
  const { scores } = benchmark({ contrast: networks }, options);
  assert.deepEqual(
    scores.map(({ observer, errorConsistency, observedConsistency, accuracyDifference, ranks }) => [
      observer,
      errorConsistency,
      observedConsistency,
      accuracyDifference,
      ranks,
    ]),
    ['net-a', 'net-b', 'net-c'].map((name) => [name, null, null, null, null]),
  );
  assert.ok(scores.every(({ outOfDistributionAccuracy }) => outOfDistributionAccuracy.interval !== null));
});

test('a set without humans adds to a network’s accuracy, and leaves its likeness to them as it was', () => {
  const networks = trials.contrast.filter(({ subject }) => subject.startsWith('net-'));
  const mixed = benchmark({ ...trials, contrast: networks }, options).scores;
  const cuesOnly = benchmark({ 'cue-conflict': trials['cue-conflict'] }, options).scores;
  for (const name of ['net-a', 'net-b', 'net-c']) {
    const [found, alone] = [mixed, cuesOnly].map(
      (scores) => scores.find(({ observer }) => observer === name)!,
    );
    assert.equal(found.sets, 2);
    assert.deepEqual(found.errorConsistency, alone.errorConsistency);
    assert.notEqual(found.outOfDistributionAccuracy.value, alone.outOfDistributionAccuracy.value);
  }
});

test('the control has no part in the interval of a score either', () => {
  const accuracy = contrast.overallAccuracy['net-a'].benchmark!;
  const score = benchmark({ contrast: trials.contrast }, options).scores.find(
    ({ observer }) => observer === 'net-a',
  )!;
  assert.ok(holdsWithRoom(score.outOfDistributionAccuracy.interval, accuracy.value));
  const counting = trials.contrast.filter(({ condition }) => condition !== 'c100');
  const without = benchmark({ contrast: counting }, options).scores;
  assert.deepEqual(
    without.find(({ observer }) => observer === 'net-a'),
    score,
  );
});

test('a network that no human can be compared with leaves all without places', () => {
  const { scores } = benchmark(
    {
      contrast: trials.contrast.filter(({ subject }) => subject.startsWith('net-')),
      'cue-conflict': trials['cue-conflict'].filter(({ subject }) => subject !== 'net-b'),
    },
    options,
  );
  assert.deepEqual(Object.fromEntries(scores.map(({ observer, ranks }) => [observer, ranks])), {
    [HUMANS]: null,
    'net-a': null,
    'net-b': null,
    'net-c': null,
  });
  const [humans, a] = scores;
  assert.ok(holdsWithRoom(humans.outOfDistributionAccuracy.interval, humans.outOfDistributionAccuracy.value));
  assert.notEqual(a.errorConsistency, null);
});
