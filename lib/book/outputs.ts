// What a cell has put out, as HTML: figures that answer to the pointer, pictures, tables, text.
import { firstSentence } from '../figures/firstSentence';
import { type CellOutput, textOf } from '../notebook/notebookFile';
import { escapeHtml } from '../results/tables';
import { type Assets, dataScript } from './assets';
import { interactive, isWorthScript, type Spec } from './interactive';
import { type PageState, type Prose, tableBelow } from './markdown';
import { figurePicture, imagePicture, type Picture } from './pictures';
import { pageOfExperiment, placeOfRun } from './places';

const VEGA_LITE = 'application/vnd.vegalite.v5+json';

export interface OutputContext {
  readonly assets: Assets;
  readonly prose: Prose;
  readonly page: PageState;
}

/** One output; the `next` one may be its caption. Throws on an error output, and on a kind that the book does not know. */
export async function outputHtml(
  output: CellOutput,
  context: OutputContext,
  next?: CellOutput,
): Promise<string> {
  if (output.output_type === 'error')
    throw new Error(`shows an error: ${output.ename}: ${output.evalue}. Run "npm run notebooks"`);
  if (output.output_type === 'stream') return textHtml(textOf(output.text), output.name);
  const data = output.data ?? {};
  const text = (type: string): string => textOf(data[type] as string | string[] | undefined);
  if (VEGA_LITE in data) return notebookFigure(data, captionIn(next), context.assets);
  if ('text/html' in data)
    return scrollable(text('text/html'), captionIn(next) ?? tableBelow(context.page.headings));
  if ('image/svg+xml' in data)
    return pictureHtml(await figurePicture(context.assets, text('image/svg+xml')), text('text/plain'));
  const png = pngOf(data);
  if (png !== null) return pictureHtml(await imagePicture(context.assets, png), text('text/plain'));
  if ('text/markdown' in data)
    return `<div class="caption">${context.prose.render(text('text/markdown'), { headings: context.page.headings })}</div>`;
  if ('text/plain' in data) return textHtml(text('text/plain'));
  throw new Error(`has an output of the kinds ${Object.keys(data).join(', ')}, which the book cannot show`);
}

/** The output of `show` for a figure. */
async function notebookFigure(
  data: Record<string, unknown>,
  caption: string | undefined,
  assets: Assets,
): Promise<string> {
  const svg = textOf(data['image/svg+xml'] as string | string[]);
  const picture = await figurePicture(assets, svg);
  const alt = firstSentence(caption ?? textOf(data['text/plain'] as string).replaceAll('-', ' '));
  return figureHtml({ alt, picture, spec: data[VEGA_LITE] as Spec }, assets);
}

/** The caption that `show` puts out after a figure or a table. */
function captionIn({ data = {} }: Pick<CellOutput, 'data'> = {}): string | undefined {
  const isCaption = /^\*.*\*$/s.test(textOf(data['text/markdown'] as string | string[] | undefined));
  return isCaption ? textOf(data['text/plain'] as string | string[]) : undefined;
}

export interface ShownFigure {
  /** Says in words what is shown. */
  readonly alt: string;
  readonly picture: Picture;
  readonly spec: Spec;
  /** HTML. */
  readonly caption?: string;
}

/** A figure as a picture, with the address of its specification where script can make it answer to the pointer, and links to the runs behind it. */
export function figureHtml({ alt, picture, spec, caption }: ShownFigure, assets: Assets): string {
  const data = isWorthScript(spec)
    ? ` data-spec="${assets.add('specs', 'js', dataScript(interactive(spec)))}"`
    : '';
  const said = caption === undefined ? '' : `<figcaption>${caption}</figcaption>`;
  const kind = data === '' ? '' : ' class="plot"';
  return `<figure${kind}${data}>${imageHtml(picture, alt)}${said}</figure>\n${runsHtml(spec)}`;
}

/** All runs that the figure's data name: a mark leads to its own, this list to every one, by keyboard and without script too. */
function runsHtml(spec: Spec): string {
  const runs = [
    ...new Set(
      [...JSON.stringify(spec).matchAll(/"runs":\[([^\]]*)\]/g)].flatMap(
        ([, ids]) => JSON.parse(`[${ids}]`) as string[],
      ),
    ),
  ];
  if (runs.length === 0) return '';
  const items = runs.map((id) => {
    const [profile, experiment, cell] = id.split('/');
    return `<li><a href="${pageOfExperiment(experiment)}#${placeOfRun(profile, cell)}" data-run="${id}">${cell}</a></li>`;
  });
  return `<details class="behind"><summary>${runs.length === 1 ? 'The run' : `The ${runs.length} runs`} behind this figure</summary><ul>${items.join('')}</ul></details>\n`;
}

function pngOf(data: Record<string, unknown>): Buffer | null {
  const png = data['image/png'] as string | string[] | undefined;
  return png === undefined ? null : Buffer.from(textOf(png), 'base64');
}

function pictureHtml(picture: Picture, alt: string): string {
  return `<figure>${imageHtml(picture, alt)}</figure>\n`;
}

function imageHtml({ address, width, height }: Picture, alt: string): string {
  const said = escapeHtml(alt.replace(/^\[|\]$/g, ''));
  return `<img src="${address}" width="${width}" height="${height}" alt="${said}" loading="lazy" decoding="async">`;
}

/** Wide tables scroll by themselves, by keyboard too, named by the title in them or by the `caption` beside them; a heading that says nothing is none. */
export function scrollable(table: string, caption = 'Table'): string {
  const html = table.replace(/<th([^>]*)><\/th>/g, '<td$1></td>');
  const title = /<caption><strong>(.*?)<\/strong>/s.exec(html)?.[1];
  const name = title ?? escapeHtml(firstSentence(caption));
  return `<div class="wide" tabindex="0" role="group" aria-label="${name}">${html}</div>\n`;
}

function textHtml(text: string, stream = 'stdout'): string {
  return `<pre class="text${stream === 'stderr' ? ' warning' : ''}" tabindex="0">${escapeHtml(text)}</pre>\n`;
}
