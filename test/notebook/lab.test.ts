// JupyterLab itself, in a browser: what a reader sees. Needs JupyterLab (see jupyterProgram.ts), playwright-core and Chromium.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { fromRoot, ROOT } from '../../lib/files';
import { jupyterPath } from '../../lib/notebook/lab';
import { writeNotebook } from '../../lib/notebook/notebookFile';
import { jupyterProgram } from './jupyterProgram';
import { percentToNotebook } from './percent';

const TOKEN = 'test';
const TIMEOUT = 180_000;
const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
// Jupyter's root for this test; the kernel works in the repository wherever the notebook is.
const FOLDER = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-lab-'));
const NOTEBOOK = path.join(FOLDER, 'lab.ipynb');

const SCRIPT = `
// %%
import { show } from './lib/notebook/show';
import { display } from './lib/notebook/display';
import { interruptSignal } from './lib/notebook/interrupt';
import { setTimeout as sleep } from 'node:timers/promises';
// %%
const values = [{ x: 1, y: 2 }, { x: 2, y: 3 }];
const axis = (field: string) => ({ field, type: 'quantitative' as const });
await show({ id: 'line', caption: 'A line.', spec: { data: { values }, mark: 'line', encoding: { x: axis('x'), y: axis('y') } } });
await show({ columns: ['loss'], index: [0], values: [[0.5]] });
// %%
const live = display({ 'text/plain': 'live 0' });
for (let i = 1; i <= 5; i++) { await sleep(100); live.update({ 'text/plain': 'live ' + i }); }
// %%
const signal = interruptSignal();
console.log('endless');
while (!signal.aborted) await sleep(20);
console.log('saved');
`.trimStart();

const reason = whyNot();

function whyNot(): string | undefined {
  if (!jupyterProgram('lab'))
    return 'JupyterLab is not installed (GESTALT_PYTHON names a python that has it)';
  if (!fs.existsSync(CHROMIUM)) return `Chromium is not at ${CHROMIUM} (CHROMIUM_PATH names another place)`;
  if (!fs.existsSync(fromRoot('node_modules', 'playwright-core'))) return 'playwright-core is not installed';
  return undefined;
}

let lab: ChildProcess | undefined;
let browser: Browser | undefined;
let page: Page;

/** Starts JupyterLab on a port of its choice and waits until it answers; again, where another process took that port first. Its address. */
async function startLab(): Promise<string> {
  const options = ['--no-browser', '--allow-root', '--ip=127.0.0.1', '--port=0'];
  const settings = [
    `--IdentityProvider.token=${TOKEN}`,
    `--ServerApp.root_dir=${FOLDER}`,
    '--LabApp.news_url=None',
  ];
  const log = path.join(FOLDER, 'jupyter.log');
  const deadline = Date.now() + TIMEOUT;
  for (let starts = 1; starts <= 3; starts++) {
    const runtime = path.join(FOLDER, `runtime-${starts}`);
    const env = { ...process.env, JUPYTER_PATH: jupyterPath(), JUPYTER_RUNTIME_DIR: runtime };
    const output = fs.openSync(log, 'a');
    lab = spawn(jupyterProgram('lab') as string, ['lab', ...options, ...settings], {
      env,
      stdio: ['ignore', output, output],
    });
    while (lab.exitCode === null && Date.now() < deadline) {
      const address = addressIn(runtime);
      if (address !== undefined && (await answers(`${address}/api?token=${TOKEN}`))) return address;
      await sleep(250);
    }
  }
  throw new Error(`JupyterLab does not come up. Its log:\n${fs.readFileSync(log, 'utf8')}`);
}

/** Of the server that keeps its files there, once it listens. */
function addressIn(runtime: string): string | undefined {
  const names = fs.existsSync(runtime) ? fs.readdirSync(runtime) : [];
  const file = names.find((name) => /^jpserver-\d+\.json$/.test(name));
  const text = file === undefined ? '' : fs.readFileSync(path.join(runtime, file), 'utf8');
  const port = /"port": (\d+),/.exec(text)?.[1];
  return port && `http://127.0.0.1:${port}`;
}

function answers(address: string): Promise<boolean> {
  return fetch(address).then(
    ({ ok }) => ok,
    () => false,
  );
}

before(async () => {
  if (reason) return;
  writeNotebook(NOTEBOOK, percentToNotebook(SCRIPT));
  const address = await startLab();
  const { chromium } = await import('playwright-core');
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  });
  page = await browser.newPage({ viewport: { width: 1300, height: 1700 } });
  page.setDefaultTimeout(TIMEOUT);
  await page.goto(`${address}/lab/tree/lab.ipynb?token=${TOKEN}`);
  await page.waitForSelector('.jp-Notebook .jp-CodeCell');
  await idle();
});

after(async () => {
  if (process.env.GESTALT_SCREENSHOT) await page?.screenshot({ path: process.env.GESTALT_SCREENSHOT });
  await browser?.close();
  if (lab) {
    const ended = new Promise((resolve) => lab?.once('exit', resolve));
    lab.kill('SIGTERM');
    await Promise.race([ended, sleep(10_000)]);
    lab.kill('SIGKILL');
  }
  fs.rmSync(FOLDER, { recursive: true, force: true });
});

/** Waits until the status bar says that the kernel is ready: a cell run before makes JupyterLab ask for a kernel. */
const idle = (): Promise<unknown> => page.waitForSelector('text=TypeScript (Gestalt) | Idle');

const outputText = (): Promise<string> =>
  page.evaluate(
    `[...document.querySelectorAll('.jp-OutputArea-output')].map((e) => e.textContent).join('\\n')`,
  ) as Promise<string>;

test('all cells run: figure, table and live output are on screen', { skip: reason }, async () => {
  await page.click('text=Run');
  await page.click('text=Run All Cells');
  await page.waitForFunction(`document.querySelector('.jp-Notebook')?.textContent.includes('endless\\n')`);
  await page.waitForSelector(
    '.jp-OutputArea-output .vega-embed canvas, .jp-OutputArea-output .vega-embed svg',
  );
  assert.equal(await page.locator('.jp-OutputArea-output table').count(), 1);
  const text = await outputText();
  assert.match(text, /live 5/);
  assert.doesNotMatch(text, /live [0-4]/, 'the live output was replaced in place');
});

test(
  'the interrupt button stops a cell within its next step, and the kernel lives',
  { skip: reason },
  async () => {
    await page.click('text=Kernel');
    await page.click('text=Interrupt Kernel');
    await page.waitForFunction(
      `document.querySelector('.jp-Notebook')?.textContent.includes('Interrupted:')`,
    );
    assert.match(await outputText(), /endless\n+saved/);
    const prompts = await page.locator('.jp-InputPrompt').allTextContents();
    assert.deepEqual(
      prompts.map((prompt) => prompt.trim()),
      ['[1]:', '[2]:', '[3]:', '[4]:'],
    );
    const cell = page.locator('.jp-CodeCell').nth(2);
    const hasRunAgain = async (): Promise<boolean> =>
      Number(/\d+/.exec((await cell.locator('.jp-InputPrompt').textContent()) ?? '')) > 4;
    for (const deadline = Date.now() + TIMEOUT; !(await hasRunAgain()); ) {
      assert.ok(Date.now() < deadline, 'the cell does not run again');
      await cell.click();
      await page.keyboard.press('Control+Enter');
      await sleep(1000); // cells sent right after a failure are dropped
    }
    await page.waitForSelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]');
    await page.waitForFunction(
      `[...document.querySelectorAll('.jp-OutputArea-output')].some((e) => e.textContent.includes('live 5'))`,
    );
  },
);

test(
  'without Python the lab says what to do',
  { skip: fs.existsSync(fromRoot('.venv')) && '.venv exists' },
  () => {
    const code = "require('./lib/notebook/lab').openLab().catch((error) => console.log(error.message))";
    const env = { ...process.env, PATH: '/nonexistent' };
    const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '-e', code], {
      cwd: ROOT,
      env,
      encoding: 'utf8',
    });
    assert.match(stdout, /needs Python 3.*npm run notebooks/s);
  },
);
