import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import sharp from 'sharp';
import type { TopLevelSpec } from 'vega-lite';
import { NO_FONTS_MESSAGE, renderPng, renderSvg, writeFigure } from '../../lib/figures/render';
import { textWidth } from '../../lib/figures/textWidth';
import { COLOURS, colourScale } from '../../lib/figures/theme';
import { fromRoot, ROOT } from '../../lib/files';

const line = (values: object[], field = 'loss'): TopLevelSpec => ({
  data: { values },
  mark: { type: 'line', point: true, clip: true },
  encoding: {
    x: { field: 'epoch', type: 'quantitative' },
    y: { field, type: 'quantitative', title: 'loss, µ ± σ' },
  },
});
const values = [
  { epoch: 1, loss: 1 },
  { epoch: 2, loss: 0.5 },
];

test('the same specification gives the same SVG, also after and beside others', async () => {
  const [first, , third] = await Promise.all(
    [values, [...values, { epoch: 3, loss: 0 }], values].map((v) => renderSvg(line(v))),
  );
  assert.equal(first, third);
  assert.match(first, /DejaVu Sans/);
});

test('a warning of Vega fails the figure, and names it', async () => {
  const broken = {
    ...line(values),
    encoding: {
      x: { field: 'epoch', type: 'quantitative', bin: 'nonsense', scale: { type: 'ordinal', zero: true } },
    },
  };
  await assert.rejects(renderSvg(broken as TopLevelSpec), /not clean/);
  await assert.rejects(
    writeFigure({ id: 'broken', spec: broken as TopLevelSpec, caption: '' }),
    /Figure "broken"/,
  );
  assert.match(await renderSvg(line(values)), /^<svg/, 'and the next figure is drawn');
});

test('a PNG has the scale asked for', async () => {
  const svg = await renderSvg(line(values));
  const width = Number(/width="(\d+)"/.exec(svg)?.[1]);
  const image = await sharp(await renderPng(svg, { scale: 3 })).metadata();
  assert.ok(Math.abs((image.width ?? 0) - 3 * width) <= 3, `${image.width} for ${width}`);
});

test('text is laid out as wide as it is drawn', async () => {
  const text = 'Shape bias (Top-K 20 %), mean over seeds';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="40"><text x="0" y="30" font-size="20" font-family="DejaVu Sans">${text}</text></svg>`;
  const { info } = await sharp(Buffer.from(svg))
    .flatten({ background: '#fff' })
    .trim()
    .toBuffer({ resolveWithObject: true });
  assert.ok(
    Math.abs(info.width - textWidth(text, 20)) < 6,
    `drawn ${info.width}, laid out ${textWidth(text, 20)}`,
  );
});

test('a figure is written whole: SVG and specification', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-figure-'));
  const files = await writeFigure({ id: 'a-loss', spec: line(values), caption: 'Loss.' }, folder);
  assert.deepEqual(fs.readdirSync(folder).sort(), ['a-loss.svg', 'a-loss.vl.json']);
  assert.deepEqual(JSON.parse(fs.readFileSync(files.spec, 'utf8')), line(values));
  await assert.rejects(
    writeFigure({ id: '../x', spec: line(values), caption: '' }, folder),
    /lower-case letters/,
  );
  fs.rmSync(folder, { recursive: true });
});

test('text is drawn with the fonts that come along, whatever the machine has', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-own-fonts-'));
  const config = path.join(folder, 'fonts.conf');
  fs.writeFileSync(
    config,
    `<fontconfig><dir>${fromRoot('data', 'fonts')}</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  const script = `
    const { renderPng } = require('./lib/figures/render');
    const text = (words, more = '') => '<text y="20" font-family="DejaVu Sans" ' + more + '>' + words + '</text>';
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="200" height="40">' + text('ä ± → ≤ α Ж') + text('W', 'x="150" font-weight="bold"') + '</svg>';
    renderPng(svg).then((png) => console.log(png.toString('base64')));`;
  const drawn = [
    { ...process.env, FONTCONFIG_FILE: undefined },
    { ...process.env, FONTCONFIG_FILE: config },
  ].map((env) =>
    spawnSync(process.execPath, ['--import', 'tsx', '-e', script], { cwd: ROOT, env, encoding: 'utf8' }),
  );
  assert.ok(drawn[0].stdout.length > 1000, drawn[0].stderr);
  assert.equal(drawn[0].stderr, '');
  assert.equal(drawn[0].stdout, drawn[1].stdout);
  fs.rmSync(folder, { recursive: true });
});

test('without fonts the PNG is refused, with the remedy', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-fonts-'));
  const config = path.join(folder, 'fonts.conf');
  fs.writeFileSync(
    config,
    `<fontconfig><dir>${folder}</dir><cachedir>${folder}/cache</cachedir></fontconfig>`,
  );
  const script = `
    const { fontsAvailable, renderPng } = require('./lib/figures/render');
    fontsAvailable().then((available) => console.log('available', available));
    renderPng('<svg xmlns="http://www.w3.org/2000/svg"><text>a</text></svg>').catch((error) => console.log(error.message));`;
  const env = { ...process.env, FONTCONFIG_FILE: config };
  const { stdout } = spawnSync(process.execPath, ['--import', 'tsx', '-e', script], {
    cwd: ROOT,
    env,
    encoding: 'utf8',
  });
  assert.match(stdout, /available false/);
  assert.ok(stdout.includes(NO_FONTS_MESSAGE), stdout);
  fs.rmSync(folder, { recursive: true });
});

/** What is drawn in one figure. */
const TOGETHER = [
  ['none', 'topk', 'topk-mean', 'reported'],
  ['none', 'top5', 'top15'],
  ['baseline', 'joint', 'unet', 'reported'],
  ['shape', 'texture', 'humans'],
  [
    'baseline',
    'joint',
    'unannealed',
    'image',
    'dropout',
    'hgru',
    'hgru-class',
    'transformer',
    'transformer-class',
  ],
  ['reproduced', 'mixed', 'inconclusive', 'not reproduced', 'reported'],
];

test('colours that meet in a figure are distinct, and a name without one is an error', () => {
  for (const ids of TOGETHER) assert.equal(new Set(ids.map((id) => COLOURS[id])).size, ids.length);
  assert.deepEqual([...new Set(TOGETHER.flat())].sort(), Object.keys(COLOURS).sort());
  assert.deepEqual(colourScale({ topk: 'Top-K 20 %' }), { domain: ['Top-K 20 %'], range: [COLOURS.topk] });
  assert.throws(() => colourScale({ unheardOf: 'x' }), /No colour for "unheardOf"/);
});
