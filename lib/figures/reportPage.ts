// What reports share: figures and tables as parts of one page that asks nothing of the network.
import { escapeHtml, type Table } from '../results/tables';
import type { Figure } from './figure';
import { firstSentence } from './firstSentence';
import { renderSvg } from './render';
import { writeTable } from './writeTable';

/** A figure within the page, with its caption. */
export async function figureHtml({ spec, caption }: Figure): Promise<string> {
  const svg = await renderSvg(spec);
  // As an image, so that the names inside one SVG never meet those of another.
  const data = Buffer.from(svg).toString('base64');
  return `<figure><img alt="${escapeHtml(firstSentence(caption))}" src="data:image/svg+xml;base64,${data}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

/** Writes `<id>-table.csv` and `.md` and returns the files. */
export function writeReportTable(table: Table, folder: string): string[] {
  return writeTable(table, '-table', folder, ['csv', 'md']);
}

const STYLE = `body { font: 15px/1.5 "DejaVu Sans", Verdana, sans-serif; color: #222; max-width: 860px; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { font-weight: normal; } h2 { border-top: 1px solid #ddd; padding-top: 1.2rem; margin-top: 2.4rem; }
.formula { background: #f6f6f6; padding: 0.6rem 0.8rem; } figure { margin: 1.4rem 0; } img { max-width: 100%; }
figcaption, caption { color: #555; font-size: 13px; text-align: left; } caption { padding-bottom: 0.5rem; }
table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto; }
th, td { border-bottom: 1px solid #e4e4e4; padding: 0.25rem 0.6rem; text-align: left; } li { margin: 0.2rem 0; }`;

/** Another page of the same folder, and what it holds. */
export interface PageLink {
  readonly text: string;
  readonly file: string;
}

/** The whole page: what is to be known first, with links to pages beside it, then the parts, which are HTML. */
export function reportPage(
  title: string,
  facts: readonly (string | PageLink)[],
  parts: readonly string[],
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>
${STYLE}
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<ul>
${facts.map((fact) => `<li>${factHtml(fact)}</li>`).join('\n')}
</ul>
${parts.join('\n')}
</body>
</html>
`;
}

function factHtml(fact: string | PageLink): string {
  if (typeof fact === 'string') return escapeHtml(fact);
  return `<a href="${escapeHtml(fact.file)}">${escapeHtml(fact.text)}</a>`;
}
