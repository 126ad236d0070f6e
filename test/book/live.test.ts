// The library in a reader's tab gives the numbers that it gives in Node. Needs playwright-core and Chromium.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { reliefPictures } from '../../lib/book/live/tasks/relief';
import type { ReliefPicture, ReliefRequest } from '../../lib/book/live/tasks/reliefRequest';
import { relief16 } from '../../lib/data/relief16/relief16';
import { type LiveBrowser, liveBrowser, told, whyNoChromium } from './chromium';

const skip = whyNoChromium();
let browser: LiveBrowser;

before(async () => {
  if (skip === undefined) browser = await liveBrowser();
});
after(async () => browser?.close());

interface Drawn {
  request: ReliefRequest;
  pictures: { picture: { data: number[] }; depth: { data: number[] } }[];
}

const bytes = (pictures: readonly ReliefPicture[]): number[][] =>
  pictures.map(({ picture, depth }) => [...picture.data, ...depth.data]);
const drawn = ({ pictures }: Drawn): number[][] =>
  pictures.map(({ picture, depth }) => [...picture.data, ...depth.data]);

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
    assert.deepEqual(drawn(first), bytes(await reliefPictures(first.request)));
    const { className, size, count, seed } = first.request;
    const set = await relief16({ split: 'test', size, count, seed, classes: [className] });
    assert.deepEqual(
      first.pictures.flatMap(({ picture }) => picture.data),
      [...set.images],
    );
    const shown = await page.evaluate(
      `Array.from(document.querySelector('gestalt-live[widget=relief16]').shadowRoot.querySelector('canvas').getContext('2d').getImageData(0, 0, ${size}, ${size}).data.filter((_, i) => i % 4 < 3))`,
    );
    assert.deepEqual(shown, first.pictures[0].picture.data, 'the canvas shows these bytes');

    await widget.getByLabel('Variant').selectOption('cue-conflict');
    await told(page, 2);
    await widget.getByLabel('Texture of').selectOption('car');
    const conflict = await told<Drawn>(page, 3);
    assert.equal(conflict.request.variant, 'cue-conflict');
    assert.equal(conflict.request.texture, 'car');
    assert.deepEqual(drawn(conflict), bytes(await reliefPictures(conflict.request)));

    await widget.getByLabel('Variant').selectOption('normal');
    await told(page, 4);
    await widget.getByLabel('Split').selectOption('train');
    await told(page, 5);
    await widget.getByLabel('Texture cue').focus();
    await page.keyboard.press('ArrowLeft');
    const trained = await told<Drawn>(page, 6);
    assert.equal(trained.request.textureCue, 7 / 8);
    assert.deepEqual(drawn(trained), bytes(await reliefPictures(trained.request)));
    assert.match((await widget.getByRole('status').textContent()) as string, /train split, seed 3/);
    assert.deepEqual(errors, []);
    assert.deepEqual(
      requests.filter((url) => !/^(file|blob):/.test(url)),
      [],
    );
    await page.close();
  },
);

function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
