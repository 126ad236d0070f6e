// The same calls in a cell, where they update one output, and in a terminal, where they print.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import sharp from 'sharp';
import { ROOT } from '../../lib/files';
import { RateLimit } from '../../lib/notebook/display';
import { imageGrid } from '../../lib/notebook/imageGrid';
import { JupyterKernel, type MessageContent } from '../../lib/notebook/jupyterClient';
import { duration, progressText } from '../../lib/notebook/progressBar';
import { tableHtml, tableText } from '../../lib/notebook/table';

const CHART = `
const { liveChart } = require('./lib/notebook/liveChart');
(async () => {
  const chart = liveChart({ title: 'Training', x: 'step', y: 'loss', series: ['plain', 'Top-K'], interval: 0 });
  for (let step = 1; step <= 30; step++) { chart.add(step, { plain: 1 / step, 'Top-K': NaN }); await new Promise((r) => setTimeout(r, 10)); }
  await chart.finish();
})()`;
const PROGRESS = `
const { progressBar } = require('./lib/notebook/progressBar');
const bar = progressBar({ total: 64, label: 'training' });
for (let done = 0; done <= 64; done += 16) bar.update(done);
bar.finish();`;
const image = { width: 4, height: 2, channels: 3 as const, data: new Uint8Array(24).fill(200) };

let kernel: JupyterKernel;
before(async () => {
  kernel = await JupyterKernel.start();
});
after(() => kernel.shutdown());

/** The display messages of a cell. */
async function displays(code: string): Promise<[type: string, content: MessageContent][]> {
  const messages: [string, MessageContent][] = [];
  const onOutput = (type: string, content: MessageContent): void => {
    if (type.endsWith('display_data') || type === 'error') messages.push([type, content]);
  };
  const reply = await kernel.execute(code, { onOutput, timeout: 300_000 });
  assert.equal(reply.status, 'ok', JSON.stringify(messages));
  return messages;
}

const printed = (code: string): string =>
  spawnSync(process.execPath, ['--import', 'tsx', '-e', code], { cwd: ROOT, encoding: 'utf8' }).stdout;

test('a live chart is one output that grows, and skips what is no number', async () => {
  const cell = `import { liveChart } from './lib/notebook/liveChart';\n${CHART.replace(/const \{.*\n/, '')
    .replace('(async () => {', '')
    .replace('})()', '')}`;
  const messages = await displays(cell);
  assert.ok(messages.length > 2);
  assert.deepEqual([...new Set(messages.map(([type]) => type))], ['display_data', 'update_display_data']);
  assert.equal(new Set(messages.map(([, { transient }]) => transient.display_id)).size, 1);
  const last = messages.at(-1)?.[1].data;
  assert.match(last['image/svg+xml'], /^<svg/);
  assert.equal(last['text/plain'], 'Training: step 30, plain 0.03333');
});

test('a live chart shows the last point, also one that came while a picture was made', async () => {
  const messages = await displays(
    `import { liveChart } from './lib/notebook/liveChart';
     const chart = liveChart({ title: 'Training', x: 'step', y: 'loss', series: ['loss'], interval: 0 });
     chart.add(1, { loss: 1 });
     chart.add(2, { loss: 0.5 });
     await chart.finish();`,
  );
  assert.equal(messages.at(-1)?.[1].data['text/plain'], 'Training: step 2, loss 0.5000');
});

test('a live chart in a terminal is lines of text', () => {
  assert.match(printed(CHART), /^Training: step 1, plain 1\.000\n[\s\S]*step 30, plain 0\.03333\n$/);
});

test('a progress bar is one output that fills', async () => {
  const messages = await displays(
    `import { progressBar } from './lib/notebook/progressBar';\n${PROGRESS.replace(/const \{.*\n/, '')}`,
  );
  assert.equal(messages[0][0], 'display_data');
  assert.deepEqual(
    messages.slice(1).map(([type]) => type),
    ['update_display_data'],
  );
  assert.match(messages[1][1].data['text/html'], /<progress max="64" value="64"/);
  assert.match(messages[1][1].data['text/plain'], /100 % {2}64 of 64 images, \d+ s/);
  const { kept } = messages[1][1].metadata.gestalt;
  assert.match(kept['text/plain'], /^training █+ 100 % {2}64 of 64 images$/);
  assert.match(kept['text/html'], /<progress max="64" value="64".*64 of 64 images<\/div>$/);
});

test('a progress bar in a log is a few lines', () => {
  const lines = printed(PROGRESS).trim().split('\n');
  assert.equal(lines.length, 2);
  assert.match(lines[1], /^training █+ 100 %/);
});

test('progress tells elapsed, remaining and speed; images of before a resume do not count', () => {
  const state = { done: 60, start: 20, total: 100, unit: 'images', label: '', seconds: 80, ended: false };
  assert.match(
    progressText(state),
    /^█{14}░{10} 60 % {2}60 of 100 images, 1 min 20 s, 1 min 20 s left, 0\.500 images\/s$/,
  );
  assert.match(progressText({ ...state, ended: true }), /stopped$/);
  assert.match(
    progressText({ ...state, seconds: undefined, ended: true }),
    /60 % {2}60 of 100 images, stopped$/,
  );
  assert.match(progressText({ ...state, total: 0, done: 0, start: 0 }), /100 %/);
  assert.deepEqual([8.2, 65, 3840].map(duration), ['8 s', '1 min 5 s', '1 h 4 min']);
});

test('updates are limited to one in an interval', () => {
  const limit = new RateLimit(100);
  assert.deepEqual(
    [0, 50, 99, 100, 150, 300].map((now) => limit.ready(now)),
    [true, false, false, true, false, true],
  );
});

test('images are one PNG, and a table is HTML and text', async () => {
  const [[, images], [, table]] = await displays(
    `import { show } from './lib/notebook/show';
     const image = { width: 4, height: 2, channels: 3 as const, data: new Uint8Array(24) };
     await show([image, image, image], { labels: ['a', 'b', 'c & d'], columns: 2, size: 50 });
     await show({ columns: ['loss'], index: ['x'], values: [[0.5]] });`,
  );
  assert.deepEqual(Object.keys(images.data).sort(), ['image/png', 'text/plain']);
  const { width, height } = await sharp(Buffer.from(images.data['image/png'], 'base64')).metadata();
  assert.deepEqual([width, height], [2 * 56 + 6, 2 * 76 + 6]);
  assert.deepEqual(Object.keys(table.data).sort(), ['text/html', 'text/plain']);
});

test('a danfo.js DataFrame is a table', async () => {
  const messages = await displays(
    `import * as dfd from 'danfojs-node';
     const frame = new dfd.DataFrame({ variant: ['plain', 'Top-K'], accuracy: [0.91234, 88] });
     await show(frame);`,
  );
  assert.match(messages[0][1].data['text/plain'], /variant +accuracy\n0 +plain +0\.9123\n1 +Top-K +88$/);
});

test('tables escape HTML, align numbers and say what they leave out', () => {
  const table = {
    columns: ['name', 'n'],
    index: [0, 1, 2],
    values: [
      ['<a>', 1],
      [null, 22],
      ['c', 3],
    ],
  };
  assert.match(
    tableHtml(table),
    /<td style="text-align: left">&lt;a&gt;<\/td><td style="text-align: right">1<\/td>/,
  );
  assert.equal(tableText(table, { rows: 2 }), '   name   n\n0  <a>    1\n1        22\n1 of 3 rows not shown');
});

test('a picture of images that do not fit is refused', async () => {
  await assert.rejects(imageGrid([]), /no images/);
  await assert.rejects(imageGrid([image], { labels: ['a', 'b'] }), /1 images need as many labels, not 2/);
  await assert.rejects(imageGrid([{ ...image, width: 5 }]), /24 bytes; 5 x 2 x 3 needs 30/);
  await assert.rejects(imageGrid(new Array(2000).fill(image)), /too many/);
});

test('a table of results is a table with its caption', async () => {
  const messages = await displays(
    `import { show } from './lib/notebook/show';
     await show({ id: 't', title: 'T', columns: ['Claim', 'n'], rows: [['D1', 2], ['D2', null]], caption: 'Two claims.' });`,
  );
  const [table, caption] = messages.map(([, content]) => content.data);
  assert.match(table['text/html'], /<th>Claim<\/th>.*<td style="text-align: left">D1<\/td>/s);
  assert.match(table['text/plain'], /Claim +n\n +D1 +2\n +D2$/);
  assert.equal(caption['text/markdown'], '*Two claims.*');
});

test('in a terminal show() prints', () => {
  const code = `
    const { show } = require('./lib/notebook/show');
    (async () => {
      await show({ id: 'a', caption: 'What it shows.', spec: { mark: 'point', data: { values: [] } } });
      await show({ columns: ['n'], index: [0], values: [[1]] });
      await show({ width: 1, height: 1, channels: 1, data: new Uint8Array(1) });
      await show(7).catch((error) => console.log(error.message));
    })()`;
  assert.equal(
    printed(code),
    'Figure a: What it shows.\n   n\n0  1\n[1 image, 1 x 1]\nshow() takes a figure, a table, an image or an array of images.\n',
  );
});

test('Ctrl-C in a terminal aborts the signal, and a second one ends the process', () => {
  const code = (second: string, wait: number): string => `
    const { interruptSignal } = require('./lib/notebook/interrupt');
    const signal = interruptSignal();
    const staysAlive = setTimeout(() => undefined, 60_000);
    signal.addEventListener('abort', () => {
      clearTimeout(staysAlive);
      console.log(signal.aborted, interruptSignal() === signal);
      ${second}
      setTimeout(() => console.log('end'), ${wait});
    });
    process.kill(process.pid, 'SIGINT');`;
  assert.equal(printed(code('', 100)), 'true true\nend\n');
  assert.equal(printed(code("process.kill(process.pid, 'SIGINT');", 60_000)), 'true true\n');
});
