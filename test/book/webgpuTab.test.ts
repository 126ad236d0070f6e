// Training on the reader's GPU in a tab: offered where there is one, near Node's numbers, and not the end when it fails. Needs
// playwright-core and Chromium, whose SwiftShader stands for a GPU.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { trainSmall } from '../../lib/book/live/tasks/train';
import type { TrainOutcome, TrainRequest } from '../../lib/book/live/tasks/trainRequest';
import { type LiveBrowser, liveBrowser, nameOf, SOFTWARE_GPU, told, whyNoChromium } from './chromium';

const skip = whyNoChromium();
const ALLOWED = '?GESTALT_WEBGPU_SOFTWARE=1';
/** As between the engines in Node, where no magnitudes are selected: test/engine/agreementCases.ts. */
const TOLERANCE = 1e-3;
/** Steps: rounding adds up, and how many there are before Stop depends on the machine. */
const COMPARED = 3;
let without: LiveBrowser;
let software: LiveBrowser;

before(async () => {
  if (skip !== undefined) return;
  without = await liveBrowser();
  software = await liveBrowser(SOFTWARE_GPU);
});
after(async () => {
  await without?.close();
  await software?.close();
});

test('where WebGPU has no GPU, webgpu cannot be chosen, and it is said why', { skip }, async () => {
  const lacking: Readonly<Record<string, RegExp>> = {
    '': /^It trains on wasm: WebGPU finds no GPU \(to change that, turn graphics acceleration on/,
    'delete Navigator.prototype.gpu': /^It trains on wasm: this browser has no WebGPU/,
    'delete Navigator.prototype.gpu; Object.defineProperty(self, "isSecureContext", { value: false })':
      /^It trains on wasm: WebGPU needs a secure address \(.*http:\/\/localhost\)/,
  };
  for (const [script, reason] of Object.entries(lacking)) {
    const { page, errors } = await without.open(script);
    const widget = await opened(page);
    await widget.getByText(reason).waitFor();
    await requireBarred(widget);
    assert.deepEqual(errors, []);
    await page.close();
  }
});

test('an adapter in software is refused unless the address of the page allows it', { skip }, async (t) => {
  if (!(await hasAdapter())) return t.skip(NO_ADAPTER);
  const { page, errors } = await software.open();
  const widget = await opened(page);
  await widget.getByText(/only an adapter in software \(google swiftshader\), slower than wasm/).waitFor();
  await requireBarred(widget);
  assert.deepEqual(errors, []);
  await page.close();
});

test(
  'a keyboard chooses webgpu; the losses are those of Node on wasm within rounding, and the page says so',
  { skip },
  async (t) => {
    if (!(await hasAdapter())) return t.skip(NO_ADAPTER);
    const { page, requests, errors } = await software.open(undefined, ALLOWED);
    const widget = await opened(page);
    await widget.getByText(/^On wasm the losses are Node's, digit for digit/).waitFor();
    await chooseByKeyboard(page);
    const engine = widget.getByRole('combobox', { name: 'Computes on' });
    assert.equal(await engine.inputValue(), 'webgpu');
    assert.match(
      (await engine.locator('option:checked').textContent()) as string,
      /^webgpu \(this machine's GPU: google swiftshader, in software\)$/,
    );
    await page.addScriptTag({ path: require.resolve('axe-core/axe.min.js') });
    const { violations } = (await page.evaluate('axe.run(document, { iframes: false })')) as {
      violations: unknown[];
    };
    assert.deepEqual(violations, []);
    assert.ok(!requests.map(nameOf).includes('live-webgpu.js'), 'its script is loaded before it is needed');
    const { request, outcome } = await firstSteps(page, widget, 1);
    assert.ok(requests.map(nameOf).includes('live-webgpu.js'));
    assert.deepEqual([request.engine, outcome.engine], ['webgpu', 'webgpu']);
    assert.equal(await page.workers()[0].evaluate('tf.getBackend()'), 'webgpu');
    const there = outcome.losses.slice(0, COMPARED);
    const here = await lossesHere(request, there.length);
    for (const [step, loss] of there.entries()) {
      const difference = Math.abs(loss - here[step]);
      assert.ok(difference <= TOLERANCE, `loss ${step + 1} differs by ${difference}`);
    }
    const status = (await widget.getByRole('status').textContent()) as string;
    assert.match(status, /^Stopped: .* on webgpu, last loss .* \(within rounding of Node's on wasm/);
    assert.deepEqual(errors, []);
    await page.close();
  },
);

test('a GPU that is lost is an error in words, and the tab trains again on wasm', { skip }, async (t) => {
  if (!(await hasAdapter())) return t.skip(NO_ADAPTER);
  const { page } = await software.open(KEEP_VENDOR_BACK, ALLOWED);
  const widget = await opened(page);
  await widget.getByText(/^On wasm the losses are Node's/).waitFor();
  const engine = widget.getByRole('combobox', { name: 'Computes on' });
  await engine.selectOption('webgpu');
  await widget.getByRole('button', { name: 'Train' }).click();
  await widget.getByText(STEPPED).waitFor();
  await software.crashGpu();
  await widget.getByText(/^Training stopped after step \d+: .* Train again, on wasm or on webgpu/).waitFor();
  assert.doesNotMatch((await widget.getByRole('status').textContent()) as string, /Start the process/);
  await engine.selectOption('wasm');
  const { request, outcome } = await firstSteps(page, widget, 1);
  assert.equal(outcome.engine, 'wasm');
  assert.deepEqual(outcome.losses, await lossesHere(request, outcome.losses.length));
  await page.close();
});

/** As some browsers do, in the page and in its workers. */
const KEEP_VENDOR_BACK = `{
  const script = "Object.defineProperty(GPUAdapterInfo.prototype, 'vendor', { get: () => '' });";
  eval(script);
  const { Blob } = self;
  self.Blob = class extends Blob {
    constructor(parts, options) {
      super([script, ...parts], options);
    }
  };
}`;
const NO_ADAPTER = 'Chromium gives no WebGPU adapter in software here';
/** What the page says of a step, from the second on. */
const STEPPED = /^step (?:[2-9]|\d\d) of/;

async function hasAdapter(): Promise<boolean> {
  const { page } = await software.open();
  const adapter = await page.evaluate('(async () => (await navigator.gpu?.requestAdapter()) != null)()');
  await page.close();
  return adapter as boolean;
}

async function opened(page: Page): Promise<Locator> {
  const widget = page.locator('gestalt-live[widget=train]');
  await widget.locator('button').click();
  return widget;
}

async function requireBarred(widget: Locator): Promise<void> {
  const engine = widget.getByRole('combobox', { name: 'Computes on' });
  assert.equal(await engine.inputValue(), 'wasm');
  // Of an option within a label Playwright itself asks whether the label's control is disabled.
  const barred = engine
    .locator('option[value=webgpu]')
    .evaluate((option) => (option as unknown as { disabled: boolean }).disabled);
  assert.equal(await barred, true);
}

/** From the first control on, which has the focus. */
async function chooseByKeyboard(page: Page): Promise<void> {
  const focused = 'document.activeElement.shadowRoot?.activeElement?.closest("label")?.textContent ?? ""';
  for (let presses = 0; presses < 10; presses++) {
    if (/^Computes on/.test((await page.evaluate(focused)) as string)) break;
    await page.keyboard.press('Tab');
  }
  await page.keyboard.press('ArrowDown');
}

/** Trains for a few steps; `count` trainings have told of themselves then. */
async function firstSteps(
  page: Page,
  widget: Locator,
  count: number,
): Promise<{ request: TrainRequest; outcome: TrainOutcome }> {
  await widget.getByRole('button', { name: 'Train' }).click();
  await widget.getByText(STEPPED).waitFor();
  await widget.getByRole('button', { name: 'Stop' }).click();
  return told(page, count);
}

/** The first losses of the same training on wasm in Node. */
async function lossesHere(request: TrainRequest, steps: number): Promise<readonly number[]> {
  const controller = new AbortController();
  const { losses } = await trainSmall(
    { ...request, engine: 'wasm' },
    (event) => {
      if (event.kind === 'step' && event.step === steps) controller.abort();
    },
    controller.signal,
  );
  return losses;
}
