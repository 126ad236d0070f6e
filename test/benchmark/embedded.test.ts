import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { CATEGORIES } from '../../lib/benchmark/categories';
import { DATASETS, findDataset } from '../../lib/benchmark/datasets';
import { distortedSets, imagesOfClass } from '../../lib/benchmark/distorted';
import { reliefBenchmark, reliefSource } from '../../lib/benchmark/embedded';
import { preparedBatches } from '../../lib/benchmark/preparedBatches';
import type { StimulusSet } from '../../lib/benchmark/stimuli';
import { imageId } from '../../lib/benchmark/trials';
import { testTransform } from '../../lib/data/augment';
import type { ImageSource } from '../../lib/data/imageSource';
import { endPreparation, prepareElsewhere } from '../../lib/data/preparation/preparation';
import { relief16 } from '../../lib/data/relief16/relief16';
import { sha256 } from '../../lib/files';
import { Random } from '../../lib/random';

after(endPreparation);

/** Noise of `width x height`, `each` images a class. */
function noise(classes: readonly string[], each: number, width = 16, height = 16): ImageSource {
  const count = classes.length * each;
  return {
    name: 'noise',
    classes,
    count,
    labels: Int32Array.from({ length: count }, (_, i) => i % classes.length),
    hash: sha256('noise'),
    async image(index) {
      const random = new Random(index);
      const data = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
      return { width, height, channels: 3, data };
    },
  };
}

const named = (sets: readonly StimulusSet[], name: string): StimulusSet =>
  sets.find(({ dataset }) => dataset.name === name) as StimulusSet;

test('17 sets in canonical order, with the papers’ conditions and numbers of images', () => {
  const sets = reliefBenchmark({ share: 1 });
  assert.deepEqual(
    sets.map(({ dataset }) => dataset),
    DATASETS,
  );
  for (const { dataset, stimuli, count, labels } of sets) {
    assert.equal(count, dataset.imagesPerCondition * dataset.conditions.length, dataset.name);
    for (const { name } of dataset.conditions) {
      for (const category of CATEGORIES) {
        const shown = stimuli.filter((each) => each.condition === name && each.category === category);
        assert.equal(shown.length, dataset.imagesPerCondition / 16, `${dataset.name} ${name} ${category}`);
      }
    }
    assert.equal(new Set(stimuli.map(({ image }) => image)).size, count, `${dataset.name}: once each`);
    assert.ok(stimuli.every(({ imageName, image }) => imageId(imageName) === image));
    assert.deepEqual(
      stimuli.map(({ category }) => CATEGORIES.indexOf(category as (typeof CATEGORIES)[number])),
      [...labels],
    );
  }
  assert.equal(
    sets.reduce((sum, { count }) => sum + count, 0),
    18080,
  );
});

test('a share keeps the balance; the same seed gives the same sets, another seed others', () => {
  assert.equal(imagesOfClass(findDataset('contrast'), 0.25), 3);
  assert.equal(imagesOfClass(findDataset('cue-conflict'), 0.01), 1);
  const hashes = (seed: number): string[] => reliefBenchmark({ share: 0.1, seed }).map(({ hash }) => hash);
  assert.deepEqual(hashes(0), hashes(0));
  assert.ok(hashes(0).every((hash, i) => hash !== hashes(1)[i]));
  assert.equal(new Set(hashes(0)).size, 17);
  const [part] = reliefBenchmark({ share: 0.1, datasets: ['contrast'] });
  assert.equal(part.hash, named(reliefBenchmark({ share: 0.1 }), 'contrast').hash, 'alone or among others');
  assert.throws(() => reliefBenchmark({ share: 0 }), /share is above 0 and at most 1, not 0/);
  assert.throws(
    () => reliefBenchmark({ datasets: ['contrasts'] }),
    /Unknown data set "contrasts"\. Did you mean "contrast"/,
  );
});

test('the same image has another condition in another set', () => {
  const [lowPass, highPass] = reliefBenchmark({ share: 0.5, datasets: ['low-pass', 'high-pass'] }).sort(
    (a) => (a.dataset.name === 'low-pass' ? -1 : 1),
  );
  const places = ({ stimuli, dataset }: StimulusSet): Map<string, number> =>
    new Map(
      stimuli.map(({ image, condition }) => [
        image,
        dataset.conditions.findIndex(({ name }) => name === condition),
      ]),
    );
  const high = places(highPass);
  const differ = [...places(lowPass)].filter(
    ([image, place]) => high.has(image) && high.get(image) !== place,
  );
  assert.ok(differ.length > 100);
});

test('images are those of Relief-16, rendered in another thread, with the labels of both cues', async () => {
  const options = { split: 'test', size: 32, count: 2, seed: 5, classes: ['cat', 'dog', 'oven'] } as const;
  const rendered = await relief16({ ...options, variant: 'cue-conflict' });
  const source = reliefSource({ ...options, variant: 'cue-conflict' });
  assert.deepEqual([...source.labels], [...rendered.labels]);
  assert.deepEqual([...(source.textureLabels as Int32Array)], [...(rendered.textureLabels as Int32Array)]);
  for (let i = 0; i < 6; i++) {
    assert.deepEqual(Buffer.from((await source.image(i)).data), Buffer.from((await rendered.image(i)).data));
  }
  const sets = reliefBenchmark({ size: 32, classes: options.classes, share: 0.02, seed: 5 });
  const { stimuli, labels, textureLabels } = named(sets, 'cue-conflict');
  assert.deepEqual([...labels], [...rendered.labels]);
  for (const [i, { category, texture, image }] of stimuli.entries()) {
    assert.match(image, new RegExp(`^${category}\\d-${texture}\\d\\.png$`));
    assert.equal(options.classes[(textureLabels as Int32Array)[i]], texture);
  }
});

test('every set and condition can be shown; another thread prepares what this one would', async () => {
  const sets = reliefBenchmark({ size: 24, classes: ['cat', 'truck'], share: 0.01 });
  const transform = { size: 16, resize: 'fit' } as const;
  const { apply } = testTransform(transform);
  for (const set of sets) {
    const pictures = await Promise.all(
      Array.from({ length: set.count }, async (_, i) => ({
        picture: await (set.distorted?.original(i) ?? set.image(i)),
        distortion: set.distorted?.distortion(i) ?? null,
        seed: 0,
        maps: {},
      })),
    );
    const { images, giveBack } = await prepareElsewhere(pictures, testTransform(transform));
    const expected = new Float32Array(images.length);
    for (let i = 0; i < set.count; i++) apply(await set.image(i), new Random(0), expected, i * 16 * 16 * 3);
    assert.deepEqual(Float32Array.from(images), expected, set.dataset.name);
    giveBack();
  }
});

test('batches of a stream are whole and in order, though their memory is used again', async () => {
  const datasets = ['contrast', 'uniform-noise', 'sketch'];
  const sets = reliefBenchmark({ size: 24, classes: ['cat', 'truck'], share: 0.01, datasets });
  const transform = { size: 16, resize: 'fit' } as const;
  const { apply } = testTransform(transform);
  let batches = 0;
  for await (const { set, start, end, images } of preparedBatches(sets, transform, 3)) {
    const expected = new Float32Array(images.length);
    for (let i = start; i < end; i++) {
      apply(await set.image(i), new Random(0), expected, (i - start) * 16 * 16 * 3);
    }
    assert.deepEqual(Float32Array.from(images), expected, `${set.dataset.name}, ${start} to ${end}`);
    batches++;
  }
  const counts = sets.map(({ count }) => Math.ceil(count / 3));
  assert.equal(batches, counts[0] + counts[1] + counts[2]);
});

test('distortions do what their conditions say', async () => {
  const source = noise(CATEGORIES, 80);
  const sets = distortedSets(source, { share: 0.1 });
  const first = async (
    name: string,
    condition: string,
  ): Promise<{ shown: Uint8Array; original: Uint8Array }> => {
    const set = named(sets, name);
    const index = set.stimuli.findIndex((stimulus) => stimulus.condition === condition);
    const original = await (set.distorted as NonNullable<typeof set.distorted>).original(index);
    return { shown: (await set.image(index)).data, original: original.data };
  };
  const colour = await first('colour', 'cr');
  assert.deepEqual(Buffer.from(colour.shown), Buffer.from(colour.original), 'colour is left as it is');
  const kept = await first('false-colour', 'True');
  assert.deepEqual(Buffer.from(kept.shown), Buffer.from(kept.original));
  const grey = await first('contrast', 'c01');
  assert.ok(Math.max(...grey.shown) - Math.min(...grey.shown) <= 3, 'hardly any contrast is left');
  const turned = await first('rotation', '180');
  const upright = await first('rotation', '0');
  assert.equal(turned.shown.length, upright.shown.length);
  const noisy = await first('uniform-noise', '0.9');
  assert.notDeepEqual(Buffer.from(noisy.shown), Buffer.from(noisy.original));
});

test('photographs: WordNet folders become categories, the others are left out, the centre is squared', async () => {
  const source = noise(['n02123045', 'n01440764', 'n02123159', 'n02814533'], 8, 40, 30);
  const [colour] = distortedSets(source, { share: 0.1, size: 16, datasets: [findDataset('colour')] });
  assert.deepEqual(colour.classes, ['car', 'cat']);
  assert.deepEqual([...new Set(colour.stimuli.map(({ category }) => category))].sort(), ['car', 'cat']);
  const index = colour.stimuli.findIndex(({ condition }) => condition === 'cr');
  const { width, height, channels } = await colour.image(index);
  assert.deepEqual([width, height, channels], [16, 16, 3]);
  const tiny = distortedSets(noise(['cat'], 8, 1, 1), {
    share: 0.1,
    size: 16,
    datasets: [findDataset('rotation')],
  });
  const { data } = await tiny[0].image(0);
  assert.equal(new Set(data).size, 1, 'an image of one pixel is one colour');
});

test('too few images and unknown classes are errors that say what is needed', () => {
  assert.throws(
    () => distortedSets(noise(CATEGORIES, 79)),
    /colour needs 80 images of each class \(2 conditions of 40\), but noise has 79 of "airplane".*smaller share/,
  );
  assert.throws(
    () => distortedSets(noise(['cat', 'elephnat'], 80)),
    /noise "elephnat"\. Did you mean "elephant"/,
  );
  assert.throws(
    () => distortedSets(noise(['n01440764'], 80)),
    /no class that shows one of the 16 categories/,
  );
});
