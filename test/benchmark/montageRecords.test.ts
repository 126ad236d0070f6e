import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { reliefBenchmark } from '../../lib/benchmark/embedded';
import { reliefMontages, stimulusMontages } from '../../lib/benchmark/montageRecords';
import type { StimulusSet } from '../../lib/benchmark/stimuli';
import { endPreparation } from '../../lib/data/preparation/preparation';
import { PARAMETRIC_SETS } from '../../lib/distortions/levels';
import { readMontages } from '../../lib/results/montage';

/** Mean difference of two JPEG files in base64, in levels of 255. */
async function difference(a: string, b: string): Promise<number> {
  const [first, second] = await Promise.all(
    [a, b].map((jpeg) => sharp(Buffer.from(jpeg, 'base64')).raw().toBuffer()),
  );
  assert.equal(first.length, second.length);
  return first.reduce((sum, value, i) => sum + Math.abs(value - second[i]), 0) / first.length;
}

test('the committed montages are those that the drawings and filters give', async () => {
  const [cues, parametric] = readMontages();
  const fresh = await reliefMontages();
  for (const [stored, found] of [
    [parametric, fresh[0]],
    [cues, fresh[1]],
  ]) {
    const withoutPixels = ({ pictures, ...rest }: typeof stored) => ({
      ...rest,
      labels: pictures.map(({ label, note }) => [label, note]),
    });
    assert.deepEqual(withoutPixels(stored), withoutPixels(found), 'Run: npm run data -- montages');
    for (const [i, { label, jpeg }] of stored.pictures.entries())
      assert.ok((await difference(jpeg, found.pictures[i].jpeg)) < 0.5, label);
  }
  assert.deepEqual(
    parametric.pictures.map(({ label }) => label),
    PARAMETRIC_SETS,
  );
  assert.equal(cues.pictures.length, 20);
});

test('montages of other stimuli show the sets and classes that are there', async () => {
  const classes = ['bear', 'cat', 'truck'] as const;
  const datasets = ['edge', 'cue-conflict', 'contrast', 'rotation'];
  const sets = reliefBenchmark({ size: 32, classes, datasets, share: 0.01 });
  try {
    const [parametric, cues] = await stimulusMontages(sets, 'Somewhere.');
    assert.deepEqual(
      parametric.pictures.map(({ label, note }) => [label, note]),
      [
        ['contrast', '15 %'],
        ['rotation', '90°'],
      ],
    );
    assert.deepEqual([cues.columns, cues.pictures.length], [2, 6]);
    assert.match(cues.pictures[1].label, /^cat as (bear|truck)$/);
    assert.match(cues.caption, /Somewhere\.$/);
    const onlyEdges = sets.filter(({ dataset }) => dataset.name === 'edge');
    assert.deepEqual(
      (await stimulusMontages(onlyEdges, '')).map(({ id }) => id),
      ['montage-cues'],
    );
  } finally {
    await endPreparation();
  }
});

test('a set without its shown condition shows another, and large pictures become small', async () => {
  const [rotation] = reliefBenchmark({ size: 32, classes: ['cat'], datasets: ['rotation'], share: 0.01 });
  const stimuli = rotation.stimuli.map((stimulus) => ({ ...stimulus, condition: '270' }));
  const large = { width: 500, height: 250, channels: 3, data: new Uint8Array(500 * 250 * 3) } as const;
  const set: StimulusSet = { ...rotation, stimuli, image: async () => large };
  const [montage] = await stimulusMontages([set], 'Here.');
  assert.equal(montage.pictures[0].note, '270');
  const { width, height } = await sharp(Buffer.from(montage.pictures[0].jpeg, 'base64')).metadata();
  assert.deepEqual([width, height], [224, 112]);
});
