import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AnsweredMeasure,
  answerMeasures,
  type MeasurePlan,
} from '../../../lib/benchmark/measures/answers';
import { biasMetrics } from '../../../lib/benchmark/measures/metrics';
import { suppressedImages } from '../../../lib/benchmark/measures/suppressedImages';
import { testTransform } from '../../../lib/data/augment';
import { relief16 } from '../../../lib/data/relief16/relief16';
import { useEngine } from '../../../lib/engine/engine';
import { buildResNet18 } from '../../../lib/models/resnet';
import { decisions, predict } from '../../../lib/train/evaluate';
import { byMeanColour, colouredImages } from './colouredImages';

const PLAN: MeasurePlan = {
  suppressions: [
    { name: 'grey', levels: ['1.0', '0.2'] },
    { name: 'patch-shuffle', levels: ['4'] },
  ],
  seed: 5,
};

test('a network that goes by colour alone loses everything in grey, and nothing when patches are shuffled', async () => {
  const images = { original: colouredImages(10), conflict: null, exact: {} };
  const answers = await answerMeasures(byMeanColour, images, PLAN);
  const metrics = biasMetrics(answers);
  assert.equal(metrics.original.value, 1);
  assert.equal(metrics['left.patch-shuffle.4'].value, 1);
  assert.equal(metrics['area.patch-shuffle'].value, 0);
  assert.equal(metrics['left.grey.0.2'].value, 1);
  assert.equal(metrics['left.grey.1.0'].value, 0, 'in grey all is red, the first of equal classes');
  assert.deepEqual(Object.keys(answers.suppressed.grey), ['0.2', '1.0'], 'in rising strength');
  const [low, high] = metrics['left.patch-shuffle.4'].interval as [number, number];
  assert.ok(low < 1 && high > low, 'thirty images alike are no proof');
  assert.deepEqual(JSON.parse(JSON.stringify(answers)), answers);
});

test('places are those of the classes of shape and of texture, and equal logits go by the order of classes', async () => {
  const conflict = colouredImages(1, { textureLabels: Int32Array.from([1, 2, 0]) });
  const logits = Float32Array.from([0.3, 0.3, 0.1, 0, 2, 5, 1, 1, 1]);
  const plan = { suppressions: [], seed: 0 };
  const answers = await answerMeasures(async () => logits, { original: null, conflict, exact: {} }, plan);
  assert.deepEqual(answers.conflict, {
    decisions: [0, 2, 0],
    shapeRanks: [1, 2, 3],
    textureRanks: [2, 1, 1],
    shapeLabels: [0, 1, 2],
    textureLabels: [1, 2, 0],
  });
  assert.deepEqual(answers.original, { decisions: [], shapeRanks: [] });
  assert.equal(biasMetrics(answers).original.value, null);
});

test('what was answered is told set by set, and not asked for again', async () => {
  const images = {
    original: colouredImages(4),
    conflict: colouredImages(2, { textureLabels: Int32Array.from([1, 2, 0, 2, 0, 1]) }),
    exact: { brighter: { ...colouredImages(4), hash: 'brighter' } },
  };
  const told: AnsweredMeasure[] = [];
  const onAnswered = (answered: AnsweredMeasure): void => void told.push(answered);
  const answers = await answerMeasures(byMeanColour, images, PLAN, { onAnswered });
  assert.deepEqual(
    told.map(({ name, done, total }) => [name, done, total]),
    ['original', 'conflict', 'exact brighter', 'grey 0.2', 'grey 1.0', 'patch-shuffle 4'].map((name, i) => [
      name,
      i + 1,
      6,
    ]),
  );
  const known = new Map(told.map(({ hash, answers }) => [hash, answers]));
  assert.equal(known.size, 6);
  const forgetful = (): Promise<Float32Array> => assert.fail('asked again');
  assert.deepEqual(await answerMeasures(forgetful, images, PLAN, { known }), answers);
});

test('each image has a seed of its own: the same plan shows the same images, another seed others', async () => {
  const original = { ...colouredImages(2), image: () => colouredImages(2).image(0) };
  const shown = (seed: number) =>
    suppressedImages(original, { suppression: 'patch-shuffle', level: '4', seed });
  const [first, again, other] = await Promise.all([1, 1, 2].map((seed) => shown(seed).image(0)));
  assert.deepEqual(first, again);
  assert.notDeepEqual(first.data, other.data);
  assert.notDeepEqual(first.data, (await shown(1).image(1)).data, 'the same picture at another place');
  assert.notEqual(shown(1).hash, shown(2).hash);
});

test('a real network answers Relief-16, and its decisions are those of its predictions', async () => {
  await useEngine({ quiet: true });
  const classes = ['bear', 'cat', 'dog'] as const;
  const set = (variant: 'normal' | 'cue-conflict') =>
    relief16({ split: 'test', size: 32, count: 2, seed: 0, variant, classes });
  const [original, conflict] = [await set('normal'), await set('cue-conflict')];
  const model = buildResNet18({ architecture: 'resnet18', width: 4, inputSize: 32, classes: 3 }, 0);
  const transform = testTransform({ size: 32, resize: 'fit' });
  const answers = await answerMeasures(
    async (source) => (await predict(model, source, transform)).logits,
    { original, conflict, exact: {} },
    PLAN,
  );
  const predicted = Array.from(decisions(await predict(model, original, transform)));
  assert.deepEqual(answers.original.decisions, predicted);
  assert.equal(answers.conflict?.textureRanks?.length, 6);
  for (const { decisions: decided, shapeRanks } of Object.values(answers.suppressed.grey))
    assert.ok(decided.every((decision, i) => (decision === answers.labels[i]) === (shapeRanks[i] === 1)));
  model.dispose();
});

test('what cannot be measured is refused in words', async () => {
  const original = colouredImages(2);
  const plan = { suppressions: [], seed: 0 };
  const images = { original, conflict: null, exact: {} };
  const cases: [Promise<unknown>, RegExp][] = [
    [
      answerMeasures(byMeanColour, { ...images, original: colouredImages(2, { classes: 1 }) }, plan),
      /coloured shows one class only, "red"/,
    ],
    [
      answerMeasures(byMeanColour, { ...images, original: colouredImages(0) }, plan),
      /coloured has no images/,
    ],
    [
      answerMeasures(async () => new Float32Array(12), images, plan),
      /gives 2 logits an image, but coloured has 3 classes, and a class without a logit has no rank/,
    ],
    [
      answerMeasures(async () => new Float32Array(18).fill(Number.NaN, 7), images, plan),
      /answer to image 2 of coloured is not a number: a logit is NaN/,
    ],
    [
      answerMeasures(byMeanColour, images, { ...plan, suppressions: [{ name: 'grey', levels: ['0.3'] }] }),
      /Unknown level of grey "0\.3"\. Did you mean "0\.\d"\? Known: 0\.2, 0\.4/,
    ],
    [
      answerMeasures(byMeanColour, { ...images, exact: { outline: colouredImages(3) } }, plan),
      /"outline" does not show the scenes of coloured/,
    ],
    [
      answerMeasures(byMeanColour, { ...images, conflict: original }, plan),
      /does not say the classes of its textures/,
    ],
    [
      answerMeasures(
        byMeanColour,
        { ...images, conflict: colouredImages(2, { classes: 2, textureLabels: new Int32Array(4) }) },
        plan,
      ),
      /of other classes \(red, green\) than coloured \(red, green, blue\)/,
    ],
    [
      answerMeasures(byMeanColour, { ...images, original: null }, plan),
      /neither original nor conflict images/,
    ],
    [
      answerMeasures(
        byMeanColour,
        { ...images, original: null, conflict: colouredImages(1, { textureLabels: new Int32Array(3) }) },
        PLAN,
      ),
      /compared with the original ones, and there are none/,
    ],
  ];
  for (const [answered, message] of cases) await assert.rejects(answered, message);
});

test('a grey picture is no picture for a suppression of colour', async () => {
  const grey = {
    ...colouredImages(2),
    image: async () => ({ width: 8, height: 8, channels: 3 as const, data: new Uint8Array(192).fill(9) }),
  };
  await assert.rejects(
    answerMeasures(byMeanColour, { original: grey, conflict: null, exact: {} }, PLAN),
    /grey takes colour away, and this picture of 8 x 8 is grey/,
  );
});
