// Figures, tables and images as outputs of a cell; in a terminal, as text.
import type { ByteImage } from '../data/imageSource';
import type { Figure } from '../figures/figure';
import { fontsAvailable, NO_FONTS_MESSAGE, renderPng, renderSvg, themed } from '../figures/render';
import type { Table as ResultTable } from '../results/tables';
import { display } from './display';
import { type ImageGridOptions, imageGrid } from './imageGrid';
import { currentKernel, type MimeBundle } from './kernel';
import { type Table, type TableOptions, tableHtml, tableText } from './table';

/** What `show` can show. */
export type Showable = Figure | Table | ResultTable | ByteImage | readonly ByteImage[];

export interface ShowOptions extends TableOptions, ImageGridOptions {}

/** Shows a figure (Vega-Lite, SVG and PNG, and its caption), a table (HTML and text; one of results with its caption) or images (PNG) as an output of the cell.
 *  In a terminal it prints the caption, the table, or how many images there are. Throws on anything else. */
export async function show(what: Showable, options: ShowOptions = {}): Promise<void> {
  if (isFigure(what)) await showFigure(what);
  else if (isResultTable(what)) showResultTable(what, options);
  else if (isTable(what)) showTable(what, options);
  else if (isImages(what)) await showImages(what, options);
  else if (isImage(what)) await showImages([what], options);
  else throw new Error('show() takes a figure, a table, an image or an array of images.');
}

async function showFigure(figure: Figure): Promise<void> {
  const text = `Figure ${figure.id}: ${figure.caption}`;
  if (!currentKernel()) {
    display({ 'text/plain': text });
    return;
  }
  display(await figureBundle(figure));
  showCaption(figure.caption);
}

function showCaption(caption: string): void {
  if (caption) display({ 'text/markdown': `*${caption}*`, 'text/plain': caption });
}

function showTable(table: Table, options: TableOptions): void {
  display({ 'text/html': tableHtml(table, options), 'text/plain': tableText(table, options) });
}

function showResultTable({ columns, rows, caption }: ResultTable, options: TableOptions): void {
  showTable({ columns, index: rows.map(() => ''), values: rows }, options);
  showCaption(caption);
}

/** A figure in all formats that notebook viewers draw. */
async function figureBundle({ id, spec }: Pick<Figure, 'id' | 'spec'>): Promise<MimeBundle> {
  const svg = await renderSvg(spec);
  const bundle: MimeBundle = {
    'application/vnd.vegalite.v5+json': themed(spec),
    'image/svg+xml': svg,
    'text/plain': `[figure ${id}]`,
  };
  if (await fontsAvailable()) bundle['image/png'] = (await renderPng(svg)).toString('base64');
  else process.stderr.write(`${NO_FONTS_MESSAGE}\n`);
  return bundle;
}

async function showImages(images: readonly ByteImage[], options: ImageGridOptions): Promise<void> {
  const sizes = [...new Set(images.map(({ width, height }) => `${width} x ${height}`))].join(', ');
  const text = `[${images.length} ${images.length === 1 ? 'image' : 'images'}, ${sizes}]`;
  if (!currentKernel()) {
    display({ 'text/plain': text });
    return;
  }
  display({ 'image/png': (await imageGrid(images, options)).toString('base64'), 'text/plain': text });
}

function has<K extends string>(value: unknown, ...keys: K[]): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && keys.every((key) => key in value);
}

const isFigure = (value: unknown): value is Figure => has(value, 'id', 'spec', 'caption');
const isResultTable = (value: unknown): value is ResultTable => has(value, 'columns', 'rows', 'caption');
const isTable = (value: unknown): value is Table =>
  has(value, 'columns', 'index', 'values') && !Array.isArray(value);
const isImage = (value: unknown): value is ByteImage => has(value, 'width', 'height', 'channels', 'data');
const isImages = (value: unknown): value is readonly ByteImage[] =>
  Array.isArray(value) && value.every(isImage);
