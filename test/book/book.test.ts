// The book as a reader opens it: from a folder, without a network, in a real browser; and what it refuses.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { buildBook } from '../../lib/book/build';
import { brokenLinks } from '../../lib/book/links';
import { fromRoot } from '../../lib/files';
import { readNotebook, writeNotebook } from '../../lib/notebook/notebookFile';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const skip = fs.existsSync(CHROMIUM) ? false : 'no Chromium on this machine';
/** What a page may load before its reader moves. */
const MOST_BYTES = 1_500_000;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-book-'));
const book = path.join(folder, 'book');
let pages: string[] = [];
before(async () => {
  await buildBook({ out: book, editBase: 'https://example.org/edit/main' });
  pages = fs.readdirSync(book).filter((file) => file.endsWith('.html'));
});
after(() => fs.rmSync(folder, { recursive: true }));

test('there is a page for each notebook, each experiment, the ledger and the results', () => {
  const notebooks = fs.readdirSync(fromRoot('notebooks')).map((file) => file.replace('.ipynb', '.html'));
  for (const page of [...notebooks, 'index.html', 'claims.html', 'results.html', 'results-locnet.html'])
    assert.ok(pages.includes(page), page);
});

test('everything that a page points to is in the book, and nothing is asked of the network', () => {
  assert.deepEqual(brokenLinks(book), []);
  for (const page of pages) {
    const html = fs.readFileSync(path.join(book, page), 'utf8');
    assert.doesNotMatch(html, /<(?:script|link|img|iframe)[^>]*(?:src|href)="(?:https?:)?\/\//, page);
  }
  for (const sheet of ['book.css', 'katex/katex.min.css'])
    assert.doesNotMatch(
      fs.readFileSync(path.join(book, 'assets', sheet), 'utf8'),
      /url\(["']?(?:https?:)?\/\//,
    );
});

test('a table that scrolls is called by its title, its caption or the heading above it', () => {
  const names = (page: string): string[] => {
    const html = fs.readFileSync(path.join(book, page), 'utf8');
    return [...html.matchAll(/<div class="wide"[^>]* aria-label="([^"]*)"/g)].map(([, name]) => name);
  };
  for (const page of pages) for (const name of names(page)) assert.match(name, /^(?!Table$).{8}/i, page);
  assert.ok(names('14-locnet-ood.html').includes('Table: Top-1 and top-5'));
});

test('a record in the book is the committed one, with its files', () => {
  const record = 'records/tiny/stimuli-transfer/seed0.json';
  assert.deepEqual(fs.readFileSync(path.join(book, record)), fs.readFileSync(fromRoot('data', record)));
  assert.ok(fs.existsSync(path.join(book, 'records/tiny/stimuli-transfer/seed0.safetensors')));
});

test('a figure whose run has no record is named with its page', () => {
  const site = path.join(folder, 'site');
  fs.mkdirSync(path.join(site, 'runs', 'tiny', 'locnet'), { recursive: true });
  fs.writeFileSync(path.join(site, 'runs', 'tiny', 'locnet', 'joint--seed1.js'), '');
  const link = (cell: string) => `<a href="#${cell}" data-run="tiny/locnet/${cell}">${cell}</a>`;
  const places = ['joint--seed1', 'joint--seed2'].map((cell) => `<p id="${cell}">${link(cell)}</p>`);
  fs.writeFileSync(path.join(site, 'results.html'), places.join(''));
  const [problem, ...others] = brokenLinks(site);
  assert.match(problem, /^results\.html: the run tiny\/locnet\/joint--seed2 has no record \(.*npm run/);
  assert.deepEqual(others, []);
});

describe('in a browser', { skip }, () => {
  let browser: Browser;
  let context: BrowserContext;
  before(async () => {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    context = await browser.newContext({ offline: true, viewport: { width: 1300, height: 900 } });
    context.setDefaultTimeout(120_000);
  });
  after(() => browser.close());

  /** Draws each figure in place of its picture, after which none shifts the page any more. */
  async function drawEveryFigure(page: Page): Promise<void> {
    for (const figure of await page.locator('figure.plot').all()) {
      await figure.scrollIntoViewIfNeeded();
      await figure.locator('img').waitFor({ state: 'detached' });
    }
  }

  /** Opens a page; `problems` are errors of its scripts and what it could not load. */
  async function open(name: string): Promise<{ page: Page; problems: string[] }> {
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('requestfailed', (request) => {
      // A page that is left no longer waits for what it asked for.
      if (request.failure()?.errorText === 'net::ERR_ABORTED') return;
      problems.push(`${request.url()} could not be loaded`);
    });
    await page.goto(pathToFileURL(path.join(book, name)).href);
    return { page, problems };
  }

  test(
    'every page opens without an error, is light, and passes axe, in light and dark',
    { timeout: 1_200_000 },
    async () => {
      const axe = fs.readFileSync(fromRoot('node_modules/axe-core/axe.min.js'), 'utf8');
      for (const name of pages) {
        const { page, problems } = await open(name);
        await page.waitForLoadState('load');
        const loaded: string[] = await page.evaluate(
          'performance.getEntriesByType("resource").map(({ name }) => name).concat(location.href)',
        );
        const bytes = [...new Set(loaded)]
          .map((address) => fs.statSync(new URL(address.split('#')[0])).size)
          .reduce((sum, size) => sum + size, 0);
        assert.ok(bytes < MOST_BYTES, `${name} loads ${Math.round(bytes / 1000)} kB`);
        assert.deepEqual(problems, [], name);
        await page.evaluate(axe);
        // By the theme only colours differ.
        for (const [theme, rules] of [
          ['light', undefined],
          ['dark', ['color-contrast']],
        ] as const) {
          await page.evaluate(`document.documentElement.dataset.theme = "${theme}"`);
          const options = { preload: false, resultTypes: ['violations'], runOnly: rules };
          const { violations } = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as {
            violations: { id: string; nodes: { html: string }[] }[];
          };
          const said = violations.map(
            ({ id, nodes }) => `${id}: ${nodes.length} x ${nodes[0].html.slice(0, 160)}`,
          );
          assert.deepEqual(said, [], `${name}, ${theme}`);
        }
        assert.deepEqual(problems, [], name);
        await page.close();
      }
    },
  );

  test('a figure answers to the pointer: a mark opens its run, whose record, command and files are there', async () => {
    const { page, problems } = await open('results-topk-training.html');
    await drawEveryFigure(page);
    const plot = page.locator('[aria-label^="Shape bias S / (S + T)"] svg.marks');
    const faint = plot.locator('.mark-symbol.role-mark path[opacity="0.08"]');
    assert.equal(await faint.count(), 0);
    await plot.locator('.role-legend-symbol path').first().click({ force: true });
    await faint.first().waitFor();
    await plot.locator('.mark-symbol.role-mark path').first().hover({ force: true });
    await page.locator('#vg-tooltip-element', { hasText: 'accuracy' }).waitFor();
    await plot.locator('.mark-symbol.role-mark path').first().click({ force: true });
    const panel = page.locator('dialog#run');
    await panel.waitFor();
    const text = await panel.innerText();
    assert.match(text, /npm run cell -- topk-training \S+--seed\d --profile tiny/);
    assert.match(text, /What sets it apart\s+seed/);
    assert.match(text, /shapeBias/);
    const files = await panel
      .locator('ul a[href^="records/"]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    assert.ok(files.length > 0);
    for (const file of files) assert.ok(fs.existsSync(path.join(book, String(file))), String(file));
    await panel.locator('svg').first().waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    assert.deepEqual(problems, []);
    await page.close();
  });

  test('the runs behind a figure are reached by keyboard alone', async () => {
    const { page } = await open('results-stimuli-transfer.html');
    await page.locator('table.runs a[data-run]').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog#run h2').waitFor();
    assert.equal(await page.locator('dialog#run h2').innerText(), 'seed0');
    await page.close();
  });

  test('search finds a section and leads there', async () => {
    const { page, problems } = await open('index.html');
    await page.fill('#query', 'mean replacement');
    await page.locator('#found li').first().waitFor();
    const [first] = await page
      .locator('#found a')
      .evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    assert.equal(first, '20-top-k-layer.html#4-mean-replacement');
    await page.keyboard.press('Enter');
    await page.waitForURL(/20-top-k-layer\.html#4-mean-replacement$/);
    assert.deepEqual(problems, []);
    await page.close();
  });

  test('a cell runs in the tab: the Top-K layer, beside what was committed', async () => {
    const { page, problems } = await open('20-top-k-layer.html');
    const widget = page.locator('gestalt-live[widget="topk"]');
    assert.equal(await widget.locator('figure').first().isVisible(), true);
    await widget.getByRole('button').first().click();
    await widget.getByText(/k = \d+ of 64 x 64/).waitFor({ timeout: 120_000 });
    assert.equal(await widget.locator('figure').first().isVisible(), true);
    assert.deepEqual(problems, []);
    await page.close();
  });

  test('a term leads to its place in the glossary; a hint and a solution unfold', async () => {
    const { page, problems } = await open('21-top-k-training.html');
    const term = page.locator('a.term', { hasText: /^shape bias$/i }).first();
    assert.match(String(await term.getAttribute('title')), /\S/);
    const solution = page.locator('.solution details').first();
    assert.equal(await solution.locator('pre').isVisible(), false);
    await solution.locator('summary').click();
    assert.equal(await solution.locator('pre').isVisible(), true);
    await term.click();
    await page.waitForURL(/glossary\.html#shape-bias$/);
    assert.deepEqual(problems, []);
    await page.close();
  });

  test('code is folded and unfolded; the theme is remembered on the next page; a small screen has a menu', async () => {
    const { page } = await open('20-top-k-layer.html');
    const open_ = () => page.locator('details.code[open]').count();
    assert.ok((await open_()) > 5);
    await page.click('#fold');
    assert.equal(await open_(), 0);
    await page.click('#theme');
    const theme = await page.evaluate('document.documentElement.dataset.theme');
    await page.click('a[rel="next"]');
    await page.waitForURL(/21-top-k-training\.html$/);
    assert.equal(await page.evaluate('document.documentElement.dataset.theme'), theme);
    await page.setViewportSize({ width: 400, height: 800 });
    assert.equal(await page.locator('#menu').isVisible(), false);
    await page.click('#menu-button');
    assert.equal(await page.locator('#menu').isVisible(), true);
    assert.ok(
      await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
      'nothing wider than the screen',
    );
    await page.close();
  });

  test('without script every figure is there as a picture, and the menu is open', async () => {
    const plain = await browser.newContext({ javaScriptEnabled: false, offline: true });
    const page = await plain.newPage();
    await page.goto(pathToFileURL(path.join(book, '21-top-k-training.html')).href);
    assert.ok((await page.locator('figure.plot img').count()) >= 3);
    assert.equal(await page.locator('#menu').isVisible(), true);
    assert.equal(await page.locator('#search').isVisible(), false);
    await plain.close();
  });

  test('printing leaves the text alone', async () => {
    const { page } = await open('20-top-k-layer.html');
    await page.emulateMedia({ media: 'print' });
    for (const gone of ['.top', '#menu', '.neighbours'])
      assert.equal(await page.locator(gone).isVisible(), false);
    assert.equal(await page.locator('h1').isVisible(), true);
    await page.close();
  });
});

test('for a class no solution is on a page, nor in the notebook that comes along', async () => {
  const out = path.join(folder, 'class');
  await buildBook({ out, forClass: true });
  for (const file of fs.readdirSync(fromRoot('notebooks'))) {
    const page = fs.readFileSync(path.join(out, file.replace('.ipynb', '.html')), 'utf8');
    const notebook = fs.readFileSync(path.join(out, 'notebooks', file), 'utf8');
    for (const text of [page, notebook]) assert.doesNotMatch(text, /<summary>Solution/, file);
    assert.match(page, /<summary>Hint/, file);
    assert.match(
      fs.readFileSync(path.join(book, file.replace('.ipynb', '.html')), 'utf8'),
      /<summary>Solution/,
    );
  }
});

test('a folder that holds other things is left alone', async () => {
  const out = path.join(folder, 'thesis');
  fs.mkdirSync(out);
  fs.writeFileSync(path.join(out, 'chapter.tex'), 'text');
  await assert.rejects(
    buildBook({ out }),
    /thesis holds other things than a book \(chapter\.tex\), which are left alone.*--out/,
  );
  assert.deepEqual(fs.readdirSync(out), ['chapter.tex']);
  const file = path.join(out, 'chapter.tex');
  await assert.rejects(buildBook({ out: file }), /is a file; a book is a folder/);
});

describe('notebooks that are not fit', () => {
  const notebooks = path.join(folder, 'notebooks');
  const name = '20-top-k-layer';
  const file = path.join(notebooks, `${name}.ipynb`);
  const given = readNotebook(fromRoot('notebooks', `${name}.ipynb`));
  before(() => {
    fs.mkdirSync(notebooks);
    const other = readNotebook(fromRoot('notebooks', '21-top-k-training.ipynb'));
    writeNotebook(path.join(notebooks, '21-top-k-training.ipynb'), {
      ...other,
      cells: [{ ...other.cells[0], source: '# Training with Top-K' }],
    });
  });
  const withCell = (change: (cell: (typeof given.cells)[number]) => object) => {
    const cells = given.cells.map((cell) => (cell.id === 'cell-005' ? { ...cell, ...change(cell) } : cell));
    writeNotebook(file, { ...given, cells });
  };
  const out = path.join(folder, 'refused');
  const refused = (pattern: RegExp) => assert.rejects(buildBook({ out, notebooks }), pattern);

  test('one that was not executed is named, its cell too; the folder is not made', async () => {
    withCell(() => ({ execution_count: null, outputs: [] }));
    await refused(
      /20-top-k-layer\.ipynb: cell 6 \(cell-005\) is not executed: run "npm run notebooks".*--draft/s,
    );
    assert.equal(fs.existsSync(out), false);
  });

  test('so is one that shows an error, unless it is a draft', async () => {
    withCell(() => ({
      outputs: [{ output_type: 'error', ename: 'TypeError', evalue: 'no <such> thing', traceback: [] }],
    }));
    await refused(/20-top-k-layer\.ipynb: cell 6 \(cell-005\) shows an error/);
    await buildBook({ out, notebooks, draft: true });
    const html = fs.readFileSync(path.join(out, `${name}.html`), 'utf8');
    assert.match(html, /TypeError: no &lt;such&gt; thing/);
  });

  test('a widget that there is not is named with its cell', async () => {
    withCell(() => ({ metadata: { gestalt: { live: 'topq' } } }));
    await refused(/20-top-k-layer\.ipynb, cell cell-005: .*widget.*topq.*topk/s);
  });

  test('a link that leads nowhere is named with its cell', async () => {
    const cells = given.cells.map((cell) =>
      cell.id === 'cell-000' ? { ...cell, source: `${cell.source}\n\n[x](99-nowhere.ipynb)` } : cell,
    );
    writeNotebook(file, { ...given, cells });
    await refused(/20-top-k-layer\.ipynb, cell cell-000: The link to 99-nowhere\.ipynb leads to no page/);
  });
});
