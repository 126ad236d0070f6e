// The dialog of runs in a real Chromium: what was asked for last is what it shows.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { dataScript } from '../../lib/book/assets';
import { runPanel } from '../../lib/book/runPanel';
import { fromRoot } from '../../lib/files';
import { readRecords } from '../../lib/results/record';
import { whyNoChromium } from './chromium';

const skip = whyNoChromium();
const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-runs-'));
const entry = `import { showRun, showRuns } from './runs';
import { deliver } from './scripts';
Object.assign(window, { bookData: deliver, showRun, showRuns });`;
const pageHtml = `<!doctype html><html lang="en"><title>Runs</title>
<main><h1>Runs</h1></main><dialog id="run" aria-label="Runs"></dialog><script src="page.js"></script></html>`;
let browser: Browser;
let page: Page;

before(async () => {
  if (skip !== undefined) return;
  fs.mkdirSync(path.join(folder, 'runs'));
  for (const title of ['one', 'two', 'three']) writeRun(title);
  fs.writeFileSync(path.join(folder, 'index.html'), pageHtml);
  await build({
    stdin: { contents: entry, resolveDir: fromRoot('lib', 'book', 'client'), loader: 'ts' },
    bundle: true,
    outfile: path.join(folder, 'page.js'),
    logLevel: 'warning',
  });
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  page = await browser.newPage();
  await page.goto(pathToFileURL(path.join(folder, 'index.html')).href);
});
after(async () => {
  await browser?.close();
  fs.rmSync(folder, { recursive: true });
});

/** A run of that name, where its script lies. */
function writeRun(title: string): void {
  const [record] = readRecords({ experiment: 'stimuli-transfer' });
  const panel = { ...runPanel(record, [record], 'records'), title, curves: null };
  fs.writeFileSync(path.join(folder, 'runs', `${title}.js`), dataScript(panel));
}

const name = () => page.getByRole('dialog').getAttribute('aria-label');

test('a run that loads does not cover the list opened since', { skip }, async () => {
  await page.evaluate(`Promise.all([showRun('one'), showRuns(['one', 'two'])])`);
  assert.equal(await name(), '2 runs are behind this mark');
});

test('nor does it open the dialog again that was closed since', { skip }, async () => {
  await page.evaluate(`Promise.all([showRun('two'), document.getElementById('run').close()])`);
  assert.equal(await page.getByRole('dialog').count(), 0);
});

test('the dialog is named by what it shows, and passes axe with its table', { skip }, async () => {
  await page.evaluate(`showRun('three')`);
  assert.equal(await name(), 'three');
  const table = page.getByRole('group', { name: 'What came out' });
  assert.equal(await table.locator('thead th').count(), 3);
  await page.evaluate(fs.readFileSync(fromRoot('node_modules/axe-core/axe.min.js'), 'utf8'));
  const failed = await page.evaluate(
    'axe.run(document, { preload: false }).then(({ violations }) => violations.map(({ id }) => id))',
  );
  assert.deepEqual(failed, []);
});

test(
  'a run chosen from a list by keyboard leaves the focus in the dialog, on its first button',
  { skip },
  async () => {
    await page.evaluate(`showRuns(['one', 'two'])`);
    await page.getByRole('button', { name: 'two' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'two' }).waitFor();
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Close');
    await page.keyboard.press('Enter');
    assert.equal(await page.getByRole('dialog').count(), 0);
  },
);

for (const [what, script] of [
  ['that is not there', null],
  ['that hands nothing over', '<!doctype html>'],
] as const)
  test(`a script ${what} is said in words, and asked for again`, { skip }, async () => {
    const title = `later: ${what}`;
    if (script !== null) fs.writeFileSync(path.join(folder, 'runs', `${title}.js`), script);
    await page.evaluate(`showRun(${JSON.stringify(title)})`);
    await page.getByText('The record of this run could not be loaded, or the book has none.').waitFor();
    writeRun(title);
    await page.evaluate(`showRun(${JSON.stringify(title)})`);
    assert.equal(await page.getByRole('heading', { name: 'What came out' }).count(), 1);
  });
