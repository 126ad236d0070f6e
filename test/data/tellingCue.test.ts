import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CLASS_NAMES, type ClassName } from '../../lib/data/relief16/classes';
import {
  cueOfClass,
  hueOfLabel,
  type TellingCueSet,
  tellingCueSet,
} from '../../lib/data/relief16/tellingCue';

const CLASSES: ClassName[] = ['airplane', 'bicycle', 'bottle', 'chair'];
const COMMON = { split: 'test', size: 32, classes: CLASSES, count: 12, seed: 5 } as const;

let byClasses: TellingCueSet;
let byImages: TellingCueSet;
before(async () => {
  byClasses = await tellingCueSet({ ...COMMON, shares: { texture: 0.5, colour: 0.25 }, division: 'classes' });
  byImages = await tellingCueSet({ ...COMMON, shares: { texture: 0.25, colour: 0.5 }, division: 'images' });
});

test('the telling cue is of the label, the other two are of other classes', () => {
  for (const { count, labels, cues, telling } of [byClasses, byImages]) {
    assert.equal(count, 48);
    for (let i = 0; i < count; i++) {
      const matching = [cues.shape[i], cues.texture[i], cues.colour[i]].map((cue) => cue === labels[i]);
      assert.deepEqual(
        matching,
        [0, 1, 2].map((cue) => cue === telling[i]),
        `image ${i}`,
      );
      assert.equal(labels[i], i % CLASSES.length);
    }
  }
});

test('by classes each is told by one cue, by images every class by each in its share', () => {
  const tellingOf = ({ labels, telling }: TellingCueSet, label: number): number[] =>
    Array.from(telling).filter((_, i) => labels[i] === label);
  const cueOf = CLASSES.map((_, label) => new Set(tellingOf(byClasses, label)));
  assert.ok(cueOf.every(({ size }) => size === 1));
  assert.deepEqual(cueOf.map((cues) => [...cues][0]).sort(), [0, 1, 1, 2]);
  for (const label of CLASSES.keys()) {
    const counts = [0, 1, 2].map((cue) => tellingOf(byImages, label).filter((own) => own === cue).length);
    assert.deepEqual(counts, [3, 3, 6]);
  }
});

test('by classes the other cues are of strangers; by images of labels, evenly', () => {
  for (let i = 0; i < byClasses.count; i++) {
    const others = Object.values(byClasses.cues).filter((_, cue) => cue !== byClasses.telling[i]);
    assert.ok(others.every((cue) => cue[i] === -1));
  }
  for (const label of CLASSES.keys()) {
    const own = [...byImages.labels.keys()].filter((i) => byImages.labels[i] === label);
    const byShape = own.filter((i) => byImages.telling[i] === 0);
    assert.deepEqual(
      byShape.map((i) => byImages.cues.texture[i]).sort(),
      [...CLASSES.keys()].filter((other) => other !== label),
    );
  }
});

test('by images a colour that never tells says nothing: an image has the hue of its own label as often as another', async () => {
  const { labels, cues, count } = await tellingCueSet({
    ...COMMON,
    count: 100,
    shares: { texture: 0.25, colour: 0 },
    division: 'images',
  });
  for (const label of CLASSES.keys()) {
    const hues = [...labels.keys()].filter((i) => labels[i] === label).map((i) => cues.colour[i]);
    for (const hue of CLASSES.keys()) {
      const share = hues.filter((own) => own === hue).length / hues.length;
      // Five standard deviations of a quarter of a hundred.
      assert.ok(
        Math.abs(share - 0.25) < 0.22,
        `label ${label}, hue ${hue}: ${share} of ${count / CLASSES.length}`,
      );
    }
  }
});

test('colours are hues on grey: what the object wears is its class of colour', async () => {
  const { data } = await byImages.image(0);
  const hue = byImages.cues.colour[0];
  const [cb, cr] = hueOfLabel(hue, CLASSES.length);
  let best = 0;
  for (let i = 0; i < data.length; i += 3) {
    const luma = 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
    const along = ((data[i + 2] - luma) / 1.772) * cb + ((data[i] - luma) / 1.402) * cr;
    best = Math.max(best, along / Math.hypot(cb, cr));
  }
  assert.ok(Math.abs(best - Math.hypot(cb, cr)) < 2, `${best}`);
});

test('the same seeds give the same images, another seed others; the division has a seed of its own', async () => {
  const again = await tellingCueSet({
    ...COMMON,
    shares: { texture: 0.5, colour: 0.25 },
    division: 'classes',
  });
  assert.equal(again.hash, byClasses.hash);
  assert.deepEqual((await again.image(7)).data, (await byClasses.image(7)).data);
  const other = await tellingCueSet({
    ...COMMON,
    seed: 6,
    divisionSeed: 5,
    shares: { texture: 0.5, colour: 0.25 },
    division: 'classes',
  });
  assert.notEqual(other.hash, byClasses.hash);
  assert.deepEqual(other.telling.slice(0, 4), byClasses.telling.slice(0, 4));
  assert.notDeepEqual((await other.image(7)).data, (await byClasses.image(7)).data);
});

test('shares must be those of whole classes, and add up', async () => {
  assert.throws(
    () => cueOfClass(6, { texture: 0.25, colour: 0 }, 1),
    /6 classes cannot be divided .* whole classes/,
  );
  await assert.rejects(
    tellingCueSet({ ...COMMON, shares: { texture: 0.75, colour: 0.5 }, division: 'images' }),
    /add up to 1 at most; got texture 0.75, colour 0.5/,
  );
  await assert.rejects(
    tellingCueSet({
      ...COMMON,
      classes: CLASS_NAMES,
      shares: { texture: 0.5, colour: 0 },
      division: 'classes',
    }),
    /16 labels leave 0 of the 16 classes as strangers/,
  );
});
