// The library in a reader's tab gives the numbers that it gives in Node. Needs playwright-core and Chromium.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { Script } from 'node:vm';
import sharp from 'sharp';
import {
  type DistortedPicture,
  type DistortionRequest,
  distortedPicture,
} from '../../lib/book/live/tasks/distortions';
import { explainPicture } from '../../lib/book/live/tasks/ownImage';
import type { OwnImageAnswer, OwnImageRequest } from '../../lib/book/live/tasks/ownImageRequest';
import { reliefPictures } from '../../lib/book/live/tasks/relief';
import type { ReliefPicture, ReliefRequest } from '../../lib/book/live/tasks/reliefRequest';
import { STRENGTHS } from '../../lib/book/live/tasks/strengths';
import { type SparseResponse, sparseResponse, type TopKRequest } from '../../lib/book/live/tasks/topk';
import { trainSmall } from '../../lib/book/live/tasks/train';
import type { TrainOutcome, TrainRequest } from '../../lib/book/live/tasks/trainRequest';
import { decodeImage } from '../../lib/data/decodeImage';
import { relief16 } from '../../lib/data/relief16/relief16';
import { PARAMETRIC_SETS } from '../../lib/distortions/levels';
import { useEngine } from '../../lib/engine/engine';
import { fromRoot, ROOT } from '../../lib/files';
import { type LiveBrowser, liveBrowser, told, whyNoChromium } from './chromium';

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

    await widget.getByLabel('Variant').selectOption('cue-conflict');
    await told(page, 2);
    await widget.getByLabel('Texture of').selectOption('car');
    const conflict = await told<Drawn>(page, 3);
    assert.equal(conflict.request.variant, 'cue-conflict');
    assert.equal(conflict.request.texture, 'car');
    await sameAsHere(conflict);

    await widget.getByLabel('Variant').selectOption('normal');
    await told(page, 4);
    await widget.getByLabel('Split').selectOption('train');
    await told(page, 5);
    await widget.getByLabel('Texture cue').focus();
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
  await widget.getByLabel('K', { exact: false }).first().focus();
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
      const { request, answer } = await told<{ request: DistortionRequest; answer: DistortedPicture }>(page);
      const here = await distortedPicture(request);
      same(answer.original.data, here.original.data, set);
      same(answer.distorted.data, here.distorted.data, set);
    }
    assert.deepEqual(errors, []);
    await page.close();
  },
);

test(
  'training: the same losses as in Node on wasm, digit for digit, and the same answers',
  { skip },
  async () => {
    const { page, errors } = await browser.open();
    const widget = page.locator('gestalt-live[widget=train]');
    await widget.locator('button').click();
    await widget.getByRole('slider', { name: 'Epochs' }).fill('1');
    await widget.getByRole('combobox', { name: 'After the second stage' }).selectOption('topk');
    await page.evaluate(COUNT_FRAMES);
    await widget.getByRole('button', { name: 'Train' }).click();
    const { request, outcome } = await told<{ request: TrainRequest; outcome: TrainOutcome }>(page, 1);
    const longest = (await page.evaluate('longestFrame')) as number;
    assert.ok(longest < 1000, `the page stood still for ${longest} ms`);
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

test('training stops after a step, and ends with its element', { skip }, async () => {
  const { page, errors } = await browser.open();
  const widget = page.locator('gestalt-live[widget=train]');
  await widget.locator('button').click();
  await widget.getByRole('button', { name: 'Train' }).click();
  await widget.getByText(/^step \d+ of 90/).waitFor();
  assert.equal(await widget.getByRole('slider', { name: 'Epochs' }).isDisabled(), true);
  await page.keyboard.press('Enter');
  const { outcome } = await told<{ outcome: TrainOutcome }>(page, 1);
  assert.equal(outcome.stopped, 'interrupted');
  assert.ok(outcome.losses.length > 0 && outcome.losses.length < 90);
  assert.deepEqual([outcome.accuracy, outcome.shapeBias], [null, null]);
  await widget.getByRole('button', { name: 'Train' }).click();
  await widget.getByText(/^step \d+ of 90/).waitFor();
  assert.equal(page.workers().length, 1);
  const ended = new Promise((resolve) => page.workers()[0].once('close', resolve));
  await page.evaluate(`document.querySelector('gestalt-live[widget=train]').remove()`);
  await ended;
  assert.equal(page.workers().length, 0);
  assert.deepEqual(errors, []);
  await page.close();
});

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

  const text = path.join(browser.folder, 'text.png');
  fs.writeFileSync(text, 'no image at all');
  await widget.getByLabel('Choose an image').setInputFiles(text);
  await widget.getByText('text.png is no image that this browser can read').waitFor();
  const large = path.join(browser.folder, 'large.png');
  await sharp({
    create: { width: 8000, height: 6250, channels: 3, background: 'grey' },
    limitInputPixels: false,
  })
    .png()
    .toFile(large);
  await widget.getByLabel('Choose an image').setInputFiles(large);
  await widget.getByText('large.png has 8000 x 6250 pixels, 50.0 megapixels; at most 32 are taken').waitFor();
  const wide = path.join(browser.folder, 'wide.png');
  await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'grey' } })
    .png()
    .toFile(wide);
  await widget.getByLabel('Choose an image').setInputFiles(wide);
  const shrunk = await told<{ request: OwnImageRequest }>(page, 3);
  assert.ok(shrunk.request.image.width * shrunk.request.image.height <= 4.01e6);
  await widget.getByLabel('Choose an image').setInputFiles(file);
  await told(page, 4);
  await widget.getByText(/^own.png, 150 x 121: /).waitFor();
  assert.deepEqual(errors, []);
  await page.close();
});

test(
  'without WebAssembly SIMD, and without workers, the committed outputs stay, and it is said why',
  { skip },
  async () => {
    const lacking = {
      'WebAssembly.validate = () => false': /no WebAssembly SIMD/,
      'delete globalThis.WebAssembly': /no WebAssembly SIMD/,
      'delete globalThis.Worker': /no workers/,
    };
    for (const [before, reason] of Object.entries(lacking)) {
      const { page, requests, errors } = await browser.open(before);
      const widgets = page.locator('gestalt-live');
      for (let i = 0; i < (await widgets.count()); i++) {
        const widget = widgets.nth(i);
        await widget.getByText('What was computed before is shown as it is.').waitFor();
        assert.match((await widget.locator('.note').textContent()) as string, reason);
        assert.equal(await widget.getByText(/^Committed output of/).isVisible(), true);
        assert.equal(await widget.locator('button').count(), 0);
      }
      assert.deepEqual(requests.map(nameOf), ['index.html', 'live.js']);
      assert.deepEqual(errors, []);
      await page.close();
    }
  },
);

test('a script that is missing is named, and the page goes on', { skip }, async () => {
  const { page } = await browser.open();
  const script = path.join(browser.folder, 'assets', 'live-drawings-dog.js');
  fs.renameSync(script, `${script}.away`);
  const widget = page.locator('gestalt-live[widget=relief16]');
  await widget.locator('button').click();
  await told(page, 1);
  await widget.getByRole('combobox', { name: 'Class' }).selectOption('dog');
  await widget.getByText('live-drawings-dog.js could not be loaded: it belongs beside live.js.').waitFor();
  await widget.getByRole('combobox', { name: 'Class' }).selectOption('cat');
  await told(page, 2);
  fs.renameSync(`${script}.away`, script);
  await widget.getByRole('combobox', { name: 'Class' }).selectOption('dog');
  assert.equal((await told<Drawn>(page, 3)).request.className, 'dog', 'it is asked for again');
  await page.close();
});

test('a worker that dies is replaced, and an unknown widget is told the names', { skip }, async () => {
  const { page } = await browser.open();
  const widget = page.locator('gestalt-live[widget=relief16]');
  await widget.locator('button').click();
  await told(page, 1);
  const [worker] = page.workers();
  const ended = new Promise((resolve) => worker.once('close', resolve));
  await worker.evaluate('setTimeout(() => { throw new Error("no memory"); }) && undefined');
  await ended;
  await widget.getByRole('combobox', { name: 'Variant' }).selectOption('sketch');
  await sameAsHere(await told<Drawn>(page, 2));
  await page.evaluate(`document.body.append(document.createElement('gestalt-live'))`);
  const last = page.locator('gestalt-live').last();
  await last
    .getByText('There is no widget ""; the widgets: relief16, topk, distortions, train, own-image.')
    .waitFor();
  await page.close();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing wrong with the widgets, ${colorScheme}`, { skip }, async () => {
    const { page, errors } = await browser.open();
    await page.emulateMedia({ colorScheme });
    const judge = async (): Promise<string[]> => {
      const found = await page.evaluate('axe.run(document, { iframes: false })');
      const { violations } = found as { violations: { id: string; nodes: { html: string }[] }[] };
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
    };
    await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
    assert.deepEqual(await judge(), []);
    const buttons = page.getByRole('button', { name: /^Run it here/ });
    for (let left = await buttons.count(); left > 0; left--) await buttons.first().click();
    await told(page, 3);
    await page.getByLabel('Choose an image').setInputFiles(fromRoot('figures', 'relief16.png'));
    await told(page, 4);
    assert.deepEqual(await judge(), []);
    assert.deepEqual(errors, []);
    await page.close();
  });
}

test('live.js is small, and every script is a classic one that asks for no address', { skip }, () => {
  const assets = path.join(browser.folder, 'assets');
  const names = fs.readdirSync(assets);
  assert.ok(fs.statSync(path.join(assets, 'live.js')).size < 100_000);
  for (const name of names) {
    const text = fs.readFileSync(path.join(assets, name), 'utf8');
    assert.doesNotThrow(() => new Script(text), name);
    assert.ok(!text.includes(ROOT), `${name} names a folder of this machine`);
  }
  assert.ok(!/\bfetch\(/.test(fs.readFileSync(path.join(assets, 'live.js'), 'utf8')));
});

/** The longest time between two frames, in milliseconds. */
const COUNT_FRAMES = `
  window.longestFrame = 0;
  let last = performance.now();
  requestAnimationFrame(function next() {
    longestFrame = Math.max(longestFrame, performance.now() - last);
    last = performance.now();
    requestAnimationFrame(next);
  });`;

async function sameAsHere({ request, pictures }: Drawn): Promise<void> {
  const here = await reliefPictures(request);
  assert.equal(pictures.length, here.length);
  for (const [i, { picture, depth }] of pictures.entries()) {
    same(picture.data, here[i].picture.data);
    same(depth.data, here[i].depth.data);
  }
}

/** Bit for bit, signs of zeros included. */
function same(there: Uint8Array | Float32Array, here: Uint8Array | Float32Array, what?: string): void {
  const [a, b] = [there, here].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  assert.equal(a.length, b.length, what);
  const place = a.findIndex((byte, i) => byte !== b[i]);
  assert.equal(place, -1, `${what ?? 'the arrays'} differ from byte ${place} on`);
}

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
