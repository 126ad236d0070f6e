// The search of the book in a real Chromium: what the panel shows, and when it goes.
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { build } from 'esbuild';
import MiniSearch from 'minisearch';
import { type Browser, chromium, type Page } from 'playwright-core';
import { dataScript } from '../../lib/book/assets';
import { SEARCH_OPTIONS, type SearchEntry } from '../../lib/book/searchOptions';
import { fromRoot } from '../../lib/files';
import { whyNoChromium } from './chromium';

const skip = whyNoChromium();
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const entry = `import { deliver, loadData } from './scripts';
import { searchField } from './search';
Object.assign(window, { bookData: deliver, loadData });
searchField(document.getElementById('query'), document.getElementById('found'));`;
const pageHtml = `<!doctype html><html lang="en"><title>Search</title>
<form><input type="search" id="query" aria-label="Search"><div id="found" hidden></div></form>
<button>After</button><h1 id="mean">Mean</h1><p id="median">Median</p><script src="page.js"></script></html>`;
const index = new MiniSearch<SearchEntry & { id: string }>(SEARCH_OPTIONS);
index.addAll(
  ['Mean replacement', 'Median filter'].map((heading) => ({
    id: `#${heading.split(' ')[0].toLowerCase()}`,
    heading,
    content: '',
    page: 'Top-K',
  })),
);
const indexScript = dataScript(JSON.stringify(index));
let browser: Browser;
let script: string;
let page: Page;
let errors: string[];
/** What becomes of each request for the index, in order; the last also of all further ones. */
let answers: (() => Promise<string | null> | string | null)[];

before(async () => {
  if (skip !== undefined) return;
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: fromRoot('lib', 'book', 'client'), loader: 'ts' },
    bundle: true,
    write: false,
    logLevel: 'warning',
  });
  script = outputFiles[0].text;
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});
after(async () => browser?.close());

beforeEach(async () => {
  if (skip !== undefined) return;
  answers = [() => indexScript];
  errors = [];
  page = await browser.newPage();
  page.on('pageerror', ({ message }) => errors.push(message));
  await page.route('http://book.test/**', async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === '/') return route.fulfill({ body: pageHtml, contentType: 'text/html' });
    const contentType = 'text/javascript';
    if (pathname === '/page.js') return route.fulfill({ body: script, contentType });
    const body = await (answers.length > 1 ? answers.shift()! : answers[0])();
    return body === null ? route.abort() : route.fulfill({ body, contentType });
  });
  await page.goto('http://book.test/');
});
afterEach(async () => {
  if (skip !== undefined) return;
  assert.deepEqual(errors, []);
  await page.close();
});

const found = () => page.locator('#found');
const results = () => found().locator('a').allInnerTexts();

/** Has the index wait; returns what delivers it, and resolves when the page has answered by it. */
function holdIndex(): () => Promise<void> {
  let release: (script: string) => void = () => undefined;
  const held = new Promise<string>((resolve) => {
    release = resolve;
  });
  answers = [() => held];
  return async () => {
    release(indexScript);
    await page.evaluate('loadData("assets/search.js").then(() => undefined)');
  };
}

test('an index that cannot be loaded is said in words; the next query loads it again', { skip }, async () => {
  answers = [() => null, () => '<!doctype html>', () => indexScript];
  const failed = page.waitForEvent('requestfailed');
  await page.focus('#query');
  await failed;
  await page.keyboard.type('m');
  await found().getByText('The search could not be loaded.').waitFor();
  await page.keyboard.type('e');
  await found().locator('a').first().waitFor();
  assert.deepEqual(await results(), ['Mean replacement', 'Median filter']);
  errors = errors.filter((message) => !/Unexpected token '<'/.test(message));
});

test('an answer that comes late is to what the field holds then', { skip }, async () => {
  const deliver = holdIndex();
  await page.fill('#query', 'median');
  await page.fill('#query', 'mean replacement');
  await deliver();
  assert.deepEqual(await results(), ['Mean replacement']);
});

test(
  'nor does it cover the page when the reader has gone on; Enter in the field shows it',
  { skip },
  async () => {
    const deliver = holdIndex();
    await page.fill('#query', 'median');
    await page.click('h1');
    await deliver();
    assert.equal(await found().isVisible(), false);
    await page.press('#query', 'Enter');
    assert.deepEqual(await results(), ['Median filter']);
    assert.equal(new URL(page.url()).hash, '');
  },
);

test('Enter and a click lead to a result on this page, and uncover it', { skip }, async () => {
  await page.fill('#query', 'me');
  await found().locator('a').first().waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#mean$/);
  assert.equal(await found().isVisible(), false);
  await page.fill('#query', 'median');
  await found().locator('a').first().click();
  await page.waitForURL(/#median$/);
  assert.equal(await found().isVisible(), false);
});

test('after Escape there is nothing that Enter could lead to', { skip }, async () => {
  await page.fill('#query', 'mean');
  await found().locator('a').first().waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await found().isVisible(), false);
  await page.keyboard.press('Enter');
  assert.deepEqual([await found().isVisible(), new URL(page.url()).hash], [false, '']);
});

test('the panel goes when Tab leaves its last result', { skip }, async () => {
  await page.fill('#query', 'me');
  await found().locator('a').nth(1).waitFor();
  for (const focused of ['Mean replacement', 'Median filter']) {
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), focused);
    assert.equal(await found().isVisible(), true);
  }
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate('document.activeElement.textContent'), 'After');
  assert.equal(await found().isVisible(), false);
});
