// The book shows a committed picture only beside the specification from which it was drawn.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import { Assets } from '../../lib/book/assets';
import { committedFigure } from '../../lib/book/committedFigure';
import type { Figure } from '../../lib/figures/figure';
import { writeFigure } from '../../lib/figures/render';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-committed-'));
after(() => fs.rmSync(folder, { recursive: true }));

const drawn = (value: number): Figure => ({
  id: 'shares',
  spec: {
    data: { values: [{ value }] },
    mark: 'point',
    encoding: { x: { field: 'value', type: 'quantitative' } },
  },
  caption: 'A share <of one> (Geirhos et al. 2019), by "name". Profile tiny: 1 run.',
});
const figures = path.join(folder, 'figures');
fs.mkdirSync(figures);
const html = (figure: Figure): Promise<string> =>
  committedFigure(figure, '-tiny', new Assets(path.join(folder, 'book')), figures);

test('a figure that was drawn from the records is shown, with its first sentence as text for the picture', async () => {
  const { spec } = await writeFigure({ ...drawn(1), id: 'shares-tiny' }, figures);
  const alt = 'A share &lt;of one&gt; (Geirhos et al. 2019), by &quot;name&quot;.';
  const shown = await html(drawn(1));
  assert.ok(shown.includes(`alt="${alt}"`), shown);
  assert.ok(shown.includes(`<figcaption>${alt} Profile tiny: 1 run.</figcaption>`), shown);
  fs.writeFileSync(spec, fs.readFileSync(spec, 'utf8').replaceAll('\n', '\r\n'));
  assert.equal(await html(drawn(1)), shown);
});

test('one of other records, and one that is missing, are named with the remedy', async () => {
  await assert.rejects(
    html(drawn(2)),
    /^Error: figures\/shares-tiny\.svg was not drawn from the records that are here: run "npm run figures", then build the book\.$/,
  );
  for (const ending of ['vl.json', 'svg']) {
    fs.rmSync(path.join(figures, `shares-tiny.${ending}`));
    await assert.rejects(
      html(drawn(1)),
      new RegExp(`figures/shares-tiny\\.${ending} is missing: run "npm run`),
    );
  }
});
