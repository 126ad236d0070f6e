// The library in a reader's tab gives the numbers that it gives in Node. Needs playwright-core and Chromium.
import assert from 'node:assert/strict';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { type DistortionRequest, distortedPicture } from '../../lib/book/live/tasks/distortions';
import { explainPicture } from '../../lib/book/live/tasks/ownImage';
import type { OwnImageAnswer, OwnImageRequest } from '../../lib/book/live/tasks/ownImageRequest';
import { reliefPictures } from '../../lib/book/live/tasks/relief';
import type { ChangedPicture, ReliefPicture, ReliefRequest } from '../../lib/book/live/tasks/reliefRequest';
import { STRENGTHS } from '../../lib/book/live/tasks/strengths';
import { suppressedPicture } from '../../lib/book/live/tasks/suppressions';
import type { SuppressedRequest } from '../../lib/book/live/tasks/suppressionsRequest';
import { type SparseResponse, sparseResponse, type TopKRequest } from '../../lib/book/live/tasks/topk';
import { trainSmall } from '../../lib/book/live/tasks/train';
import type { TrainOutcome, TrainRequest } from '../../lib/book/live/tasks/trainRequest';
import { decodeImage } from '../../lib/data/decodeImage';
import { EXACT_SUPPRESSIONS } from '../../lib/data/relief16/exactSuppressions';
import { relief16 } from '../../lib/data/relief16/relief16';
import { PARAMETRIC_SETS } from '../../lib/distortions/levels';
import { SUPPRESSIONS } from '../../lib/distortions/suppressions';
import { useEngine } from '../../lib/engine/engine';
import { type LiveBrowser, liveBrowser, nameOf, same, told, whyNoChromium } from './chromium';

const skip = whyNoChromium();
let browser: LiveBrowser;

before(async () => {
  if (skip !== undefined) return;
  await useEngine({ name: 'wasm', quiet: true });
  browser = await liveBrowser();
});
after(async () => browser?.close());

const DRAWING = {
  split: 'test',
  variant: 'normal',
  className: 'bear',
  texture: 'bear',
  textureCue: 1,
  seed: 1,
} as const;

interface Drawn {
  request: ReliefRequest;
  pictures: ReliefPicture[];
}

test(
  'Relief-16: the same pixels as in Node, from a file, with nothing asked of the network',
  { skip },
  async () => {
    const { page, requests, errors } = await browser.open();
    const widget = page.locator('gestalt-live[widget=relief16]');
    assert.deepEqual(
      requests.map(nameOf),
      ['index.html', 'live.js'],
      'nothing is loaded before it is asked for',
    );
    await widget.locator('button').click();
    const first = await told<Drawn>(page, 1);
    await sameAsHere(first);
    const { className, size, count, seed } = first.request;
    const set = await relief16({ split: 'test', size, count, seed, classes: [className] });
    for (const [i, { picture }] of first.pictures.entries()) same(picture.data, set.picture(i).rgb);
    const shown = (await page.evaluate(
      `Array.from(document.querySelector('gestalt-live[widget=relief16]').shadowRoot.querySelector('canvas').getContext('2d').getImageData(0, 0, ${size}, ${size}).data.filter((_, i) => i % 4 < 3))`,
    )) as number[];
    same(Uint8Array.from(shown), first.pictures[0].picture.data, 'the canvas shows these bytes');

    await widget.getByRole('combobox', { name: 'Variant' }).selectOption('cue-conflict');
    await told(page, 2);
    await widget.getByRole('combobox', { name: 'Texture of' }).selectOption('car');
    const conflict = await told<Drawn>(page, 3);
    assert.equal(conflict.request.variant, 'cue-conflict');
    assert.equal(conflict.request.texture, 'car');
    await sameAsHere(conflict);

    await widget.getByRole('combobox', { name: 'Variant' }).selectOption('normal');
    await told(page, 4);
    await widget.getByRole('combobox', { name: 'Split' }).selectOption('train');
    await told(page, 5);
    await widget.getByRole('slider', { name: 'Texture cue' }).focus();
    await page.keyboard.press('ArrowLeft');
    const trained = await told<Drawn>(page, 6);
    assert.equal(trained.request.textureCue, 7 / 8);
    await sameAsHere(trained);
    assert.match((await widget.getByRole('status').textContent()) as string, /train split, seed 3/);
    assert.deepEqual(errors, []);
    assert.deepEqual(
      requests.filter((url) => !/^(file|blob):/.test(url)),
      [],
    );
    await page.close();
  },
);

test('Top-K: the same response and the same survivors as in Node on wasm', { skip }, async () => {
  const { page, errors } = await browser.open();
  const widget = page.locator('gestalt-live[widget=topk]');
  await widget.locator('button').click();
  const check = async (number?: number): Promise<TopKRequest> => {
    const { request, answer } = await told<{ request: TopKRequest; answer: SparseResponse }>(page, number);
    const here = await sparseResponse(request);
    assert.equal(answer.engine, 'wasm');
    assert.deepEqual([answer.k, answer.size], [here.k, here.size]);
    same(answer.response, here.response);
    same(answer.kept, here.kept);
    same(answer.picture, here.picture);
    const status = (await widget.getByRole('status').textContent()) as string;
    assert.match(status, new RegExp(`^k = ${here.k} of 64 x 64 = 4096 positions`));
    return request;
  };
  assert.equal((await check(1)).fraction, 0.2);
  await widget.getByRole('slider', { name: 'K' }).focus();
  for (let presses = 0; presses < 15; presses++) await page.keyboard.press('ArrowLeft');
  await page.waitForFunction('told.at(-1).request.fraction === 0.05');
  await check();
  await widget.getByLabel('Show what does not pass').check();
  await page.waitForFunction('told.at(-1).request.reverse');
  await check();
  assert.deepEqual(errors, []);
  await page.close();
});

test(
  "the twelve distortions: the same pixels as in Node, at strengths between the papers' steps",
  { skip },
  async () => {
    const { page, errors } = await browser.open();
    const widget = page.locator('gestalt-live[widget=distortions]');
    await widget.locator('button').click();
    await told(page, 1);
    for (const set of PARAMETRIC_SETS) {
      await widget.getByRole('combobox', { name: 'Distortion' }).selectOption(set);
      await page.waitForFunction(`told.at(-1).request.set === ${JSON.stringify(set)}`);
      const slider = widget.locator('input[type=range]').first();
      if (STRENGTHS[set].strength !== undefined) {
        const before = await page.evaluate('told.at(-1).request.strength');
        await slider.focus();
        await page.keyboard.press('ArrowRight');
        await page.waitForFunction(`told.at(-1).request.strength > ${before}`);
      }
      const { request, answer } = await told<{ request: DistortionRequest; answer: ChangedPicture }>(page);
      const here = await distortedPicture(request);
      same(answer.original.data, here.original.data, set);
      same(answer.changed.data, here.changed.data, set);
    }
    assert.deepEqual(errors, []);
    await page.close();
  },
);

test(
  'suppressions: the same pixels as in Node, at every level, and those that Relief-16 renders',
  { skip },
  async () => {
    const { page, errors } = await browser.open();
    const widget = page.locator('gestalt-live[widget=suppressions]');
    await widget.locator('button').click();
    await told(page, 1);
    const compare = async (): Promise<SuppressedRequest> => {
      const { request, answer } = await told<{ request: SuppressedRequest; answer: ChangedPicture }>(page);
      const here = await suppressedPicture(request);
      const what = JSON.stringify(request.taken);
      same(answer.original.data, here.original.data, what);
      same(answer.changed.data, here.changed.data, what);
      assert.ok(Buffer.compare(answer.original.data, answer.changed.data) !== 0, `${what} changes nothing`);
      return request;
    };
    const choice = widget.getByRole('combobox', { name: 'Taken away' });
    const level = widget.getByRole('slider', { name: 'Level' });
    const seed = widget.getByRole('slider', { name: 'Seed of places and turns' });
    for (const { name, levels } of SUPPRESSIONS) {
      await choice.selectOption(name);
      await page.waitForFunction(`told.at(-1).request.taken.suppression === ${JSON.stringify(name)}`);
      assert.equal(await level.count(), levels.length > 1 ? 1 : 0);
      for (const [i, each] of levels.entries()) {
        if (levels.length > 1) await level.fill(`${i + 1}`);
        await page.waitForFunction(`told.at(-1).request.taken.level === ${JSON.stringify(each)}`);
        await compare();
      }
    }
    await choice.selectOption('patch-shuffle');
    await page.waitForFunction('told.at(-1).request.taken.suppression === "patch-shuffle"');
    await seed.fill('7');
    await page.waitForFunction('told.at(-1).request.taken.seed === 7');
    const { taken } = await compare();
    assert.deepEqual(taken, { suppression: 'patch-shuffle', level: '8', seed: 7 });
    assert.equal(
      await widget.getByRole('status').textContent(),
      'Without shape: patches shuffled, 8 x 8 cells, seed 7.',
    );
    for (const name of Object.keys(EXACT_SUPPRESSIONS)) {
      await choice.selectOption(name);
      await page.waitForFunction(`told.at(-1).request.taken.exact === ${JSON.stringify(name)}`);
      await compare();
      assert.equal(await seed.isDisabled(), true);
    }
    assert.deepEqual(errors, []);
    await page.close();
  },
);

test(
  'training: the same losses as in Node on wasm, digit for digit, and the same answers',
  { skip },
  async () => {
    const { page, errors } = await browser.open(COUNT_STEPS);
    const widget = page.locator('gestalt-live[widget=train]');
    await widget.locator('button').click();
    await widget.getByRole('slider', { name: 'Epochs' }).fill('1');
    await widget.getByRole('combobox', { name: 'After the second stage' }).selectOption('topk');
    await widget.getByRole('button', { name: 'Train' }).click();
    const { request, outcome } = await told<{ request: TrainRequest; outcome: TrainOutcome }>(page, 1);
    assert.equal(await page.evaluate('stepsOfWorkers'), 15, "no step is computed on the page's own thread");
    const { seconds: _there, ...there } = outcome;
    const { seconds: _here, ...here } = await trainSmall(
      request,
      () => undefined,
      new AbortController().signal,
    );
    assert.deepEqual(there, here);
    assert.equal(there.losses.length, 15);
    assert.equal(there.engine, 'wasm');
    await widget.getByText(`${here.accuracy?.counts?.correct} of 240`).waitFor();
    assert.match((await widget.getByRole('status').textContent()) as string, /^Trained: 15 steps/);
    assert.deepEqual(errors, []);
    await page.close();
  },
);

test("an image of one's own: the answers and the map of Node", { skip }, async () => {
  const { page, errors } = await browser.open();
  const widget = page.locator('gestalt-live[widget=own-image]');
  await widget.locator('button').click();
  const file = path.join(browser.folder, 'own.png');
  const [{ picture }] = await reliefPictures({ ...DRAWING, size: 150, count: 1 });
  const { width, height, data } = picture;
  await sharp(data, { raw: { width, height, channels: 3 } })
    .extract({ left: 0, top: 10, width: 150, height: 121 })
    .png()
    .toFile(file);
  await widget.getByLabel('Choose an image').setInputFiles(file);
  const check = async (count: number): Promise<void> => {
    const { request, answered } = await told<{ request: OwnImageRequest; answered: OwnImageAnswer }>(
      page,
      count,
    );
    const image = await decodeImage(file);
    same(request.image.data, image.data, 'the decoded pixels');
    const here = await explainPicture({ ...request, image });
    same(answered.logits, here.logits, 'the logits');
    same(answered.explained, here.explained, 'the map');
    assert.deepEqual(answered.answers, here.answers);
    const status = (await widget.getByRole('status').textContent()) as string;
    assert.match(status, new RegExp(`^own.png, 150 x 121: ${here.answers[0].name} \\(`));
  };
  await check(1);
  await widget.getByLabel('Map of').selectOption('layer2.1.relu2');
  await check(2);
  assert.deepEqual(errors, []);
  await page.close();
});

/** Of training, as workers tell of them. */
const COUNT_STEPS = `
  window.stepsOfWorkers = 0;
  window.Worker = class extends Worker {
    constructor(address) {
      super(address);
      this.addEventListener('message', ({ data }) => {
        if (data.event?.kind === 'step') stepsOfWorkers++;
      });
    }
  };`;

async function sameAsHere({ request, pictures }: Drawn): Promise<void> {
  const here = await reliefPictures(request);
  assert.equal(pictures.length, here.length);
  for (const [i, { picture, depth }] of pictures.entries()) {
    same(picture.data, here[i].picture.data);
    same(depth.data, here[i].depth.data);
  }
}
