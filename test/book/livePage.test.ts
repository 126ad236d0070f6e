// The pages' live part as a whole: what it says when something is missing, what it leaves behind, how large it is, and that everyone can use it.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { Script } from 'node:vm';
import sharp from 'sharp';
import type { OwnImageRequest } from '../../lib/book/live/tasks/ownImageRequest';
import type { ReliefRequest } from '../../lib/book/live/tasks/reliefRequest';
import type { TrainOutcome } from '../../lib/book/live/tasks/trainRequest';
import { fromRoot, ROOT } from '../../lib/files';
import { type LiveBrowser, liveBrowser, nameOf, told, whyNoChromium } from './chromium';

const skip = whyNoChromium();
let browser: LiveBrowser;

before(async () => {
  if (skip === undefined) browser = await liveBrowser();
});
after(async () => browser?.close());

interface Drawn {
  request: ReliefRequest;
}

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

test("a training that ends leaves the reader's focus and the line of its pace alone", { skip }, async () => {
  const { page, errors } = await browser.open(HOLD_FRAMES);
  const widget = page.locator('gestalt-live[widget=train]');
  await widget.locator('button').click();
  await widget.getByRole('button', { name: 'Train' }).click();
  await widget.getByText(/^Epoch 1 of 6/).waitFor();
  await page.evaluate('document.body.appendChild(document.createElement("textarea")).focus()');
  await widget.getByRole('button', { name: 'Stop' }).evaluate((button) => (button as HTMLElement).click());
  await widget.getByText(/^Stopped: /).waitFor();
  assert.equal(await page.evaluate('document.activeElement.localName'), 'textarea');
  await page.evaluate('for (const frame of held) frame()');
  assert.equal(await widget.getByText(/images a second/).count(), 0);
  assert.equal(
    await widget.getByRole('img', { name: /^loss by step: [\d.]+ after \d+ of 90 steps/ }).count(),
    1,
  );
  await widget.getByRole('button', { name: 'Train' }).click();
  await widget.getByText(/^Epoch 1 of 6/).waitFor();
  await widget.getByRole('button', { name: 'Stop' }).click();
  await widget.getByText(/^Stopped: /).waitFor();
  const focused = 'document.activeElement.shadowRoot.activeElement.textContent';
  assert.equal(await page.evaluate(focused), 'Train', 'a button that is disabled hands its focus on');
  assert.deepEqual(errors, []);
  await page.close();
});

/** Frames that the page asks for wait in `held`. */
const HOLD_FRAMES = 'window.held = []; window.requestAnimationFrame = (frame) => held.push(frame);';

test(
  'an image is looked at again after another one was dropped, and the field names what is looked at',
  { skip },
  async () => {
    const { page, errors } = await browser.open();
    const widget = page.locator('gestalt-live[widget=own-image]');
    await widget.locator('button').click();
    const input = widget.getByLabel('Choose an image');
    const named = () => input.evaluate((field) => (field as HTMLInputElement).files?.[0]?.name);
    const choose = async (): Promise<void> => {
      const chooser = page.waitForEvent('filechooser');
      await input.click();
      await (await chooser).setFiles(fromRoot('figures', 'relief16.png'));
    };
    await choose();
    await told(page, 1);
    await widget
      .locator('.drop')
      .evaluate(drop, fs.readFileSync(fromRoot('figures', 'relief16.png'), 'base64'));
    await told(page, 2);
    await widget.getByText(/^dropped\.png, /).waitFor();
    assert.equal(await named(), 'dropped.png');
    const chooser = page.waitForEvent('filechooser');
    await input.click();
    await chooser;
    assert.equal(await named(), undefined);
    await input.dispatchEvent('cancel');
    assert.equal(await named(), 'dropped.png', 'who chooses nothing keeps what was');
    await choose();
    await told(page, 3);
    await widget.getByText(/^relief16\.png, /).waitFor();
    assert.equal(await named(), 'relief16.png');
    assert.deepEqual(errors, []);
    await page.close();
  },
);

/** In the page: drops an image. */
function drop(place: HTMLElement | SVGElement, base64: string): void {
  const dataTransfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  dataTransfer.items.add(new File([bytes], 'dropped.png', { type: 'image/png' }));
  place.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}

test(
  'what is no image, and 50 megapixels, are refused in words; a large image is shrunk; then the next is answered',
  { skip },
  async () => {
    const { page, errors } = await browser.open();
    const widget = page.locator('gestalt-live[widget=own-image]');
    await widget.locator('button').click();
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
    await widget
      .getByText('large.png has 8000 x 6250 pixels, 50.0 megapixels; at most 32 are taken')
      .waitFor();
    const wide = path.join(browser.folder, 'wide.png');
    await sharp({ create: { width: 4000, height: 3000, channels: 3, background: 'grey' } })
      .png()
      .toFile(wide);
    await widget.getByLabel('Choose an image').setInputFiles(wide);
    const shrunk = await told<{ request: OwnImageRequest }>(page, 1);
    assert.ok(shrunk.request.image.width * shrunk.request.image.height <= 4.01e6);
    await widget.getByLabel('Choose an image').setInputFiles(fromRoot('figures', 'relief16.png'));
    await told(page, 2);
    await widget.getByText(/^relief16.png, /).waitFor();
    assert.deepEqual(errors, []);
    await page.close();
  },
);

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

test(
  'a script that is cut short, and a page in its place, are named; then the next try computes',
  { skip },
  async () => {
    const { page } = await browser.open();
    const widget = page.locator('gestalt-live[widget=train]');
    await widget.locator('button').click();
    const script = path.join(browser.folder, 'assets', 'live-networks.js');
    const whole = fs.readFileSync(script);
    for (const broken of [whole.subarray(0, 1000), '<!doctype html><title>Not found</title>']) {
      fs.writeFileSync(script, broken);
      await widget.getByRole('button', { name: 'Train' }).click();
      await widget.getByText('live-networks.js came without what it should hold').waitFor();
      assert.equal(await widget.getByRole('slider', { name: 'Epochs' }).isEnabled(), true);
    }
    fs.writeFileSync(script, whole);
    await widget.getByRole('button', { name: 'Train' }).click();
    await widget.getByText(/^step \d+ of 90/).waitFor();
    await page.close();
  },
);

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
  assert.equal((await told<Drawn>(page, 2)).request.variant, 'sketch');
  await page.evaluate(`document.body.append(document.createElement('gestalt-live'))`);
  const last = page.locator('gestalt-live').last();
  await last
    .getByText(
      'There is no widget ""; the widgets: relief16, topk, distortions, suppressions, train, own-image.',
    )
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
    await told(page, 4);
    await page.getByLabel('Choose an image').setInputFiles(fromRoot('figures', 'relief16.png'));
    await told(page, 5);
    assert.deepEqual(await judge(), []);
    assert.deepEqual(errors, []);
    await page.close();
  });
}

test('live.js is small, and every script is a classic one that asks for no address', { skip }, (t) => {
  const assets = path.join(browser.folder, 'assets');
  const names = fs.readdirSync(assets);
  assert.ok(fs.statSync(path.join(assets, 'live.js')).size < 100_000);
  for (const name of names) {
    const text = fs.readFileSync(path.join(assets, name), 'utf8');
    assert.doesNotThrow(() => new Script(text), name);
    t.diagnostic(`${name}: ${text.length} bytes`);
    assert.ok(!text.includes(ROOT), `${name} names a folder of this machine`);
  }
  assert.ok(!/\bfetch\(/.test(fs.readFileSync(path.join(assets, 'live.js'), 'utf8')));
});
