// A figure as figures/ holds it, with what makes it answer to the pointer.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Figure } from '../figures/figure';
import { firstSentence } from '../figures/firstSentence';
import { themed } from '../figures/render';
import { fromRoot } from '../files';
import { escapeHtml } from '../results/tables';
import type { Assets } from './assets';
import { figureHtml } from './outputs';
import { figurePicture } from './pictures';

/** `suffix` ends the names of its files. Throws where they are missing, or were not drawn from what `figure` shows. */
export async function committedFigure(
  figure: Figure,
  suffix: string,
  assets: Assets,
  folder = fromRoot('figures'),
): Promise<string> {
  const { id, spec, caption } = figure;
  const name = `${id}${suffix}`;
  const [svg, committed] = ['svg', 'vl.json'].map((ending) => textOf(folder, `${name}.${ending}`));
  // Git may have written other ends of lines.
  if (committed.replaceAll('\r\n', '\n') !== `${JSON.stringify(spec, null, 2)}\n`)
    throw new Error(`figures/${name}.svg was not drawn from the records that are here: ${REMEDY}`);
  const picture = await figurePicture(assets, svg);
  const shown = { picture, spec: { ...themed(spec) }, alt: firstSentence(caption) };
  return figureHtml({ ...shown, caption: escapeHtml(caption) }, assets);
}

const REMEDY = 'run "npm run figures", then build the book.';

function textOf(folder: string, name: string): string {
  const file = path.join(folder, name);
  if (!fs.existsSync(file)) throw new Error(`figures/${name} is missing: ${REMEDY}`);
  return fs.readFileSync(file, 'utf8');
}
