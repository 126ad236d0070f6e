// Notebooks written as TypeScript scripts: `// %%` opens a code cell, `// %% [markdown]` a cell of prose.
import { KERNELSPEC, type Notebook, type NotebookCell, toLines } from '../../lib/notebook/notebookFile';

/** Converts a percent script to a notebook without outputs. The same script gives the same notebook.
 *  A cell's id comes from its place, or from its marker: `// %% id=live-training`; so does its tag: `// %% tag=answer`.
 *  Throws on text before the first cell. */
export function percentToNotebook(script: string): Notebook {
  const [before, ...parts] = script.split(/^\/\/ %%/m);
  if (before.trim() !== '')
    throw new Error('A percent script begins with a cell: "// %%" or "// %% [markdown]".');
  return {
    cells: parts.map(toCell),
    metadata: { kernelspec: { ...KERNELSPEC }, language_info: { file_extension: '.ts', name: 'typescript' } },
    nbformat: 4,
    nbformat_minor: 5,
  };
}

function toCell(part: string, place: number): NotebookCell {
  const [marker, ...lines] = part.split('\n');
  const id = /\bid=([\w-]+)/.exec(marker)?.[1] ?? `cell-${String(place).padStart(3, '0')}`;
  const tag = /\btag=([\w-]+)/.exec(marker)?.[1];
  const metadata = tag === undefined ? {} : { tags: [tag] };
  if (marker.includes('[markdown]')) {
    const prose = lines.map((line) => line.replace(/^\/\/ ?/, '')).join('\n');
    return { cell_type: 'markdown', id, metadata, source: toLines(prose.trim()) };
  }
  const source = toLines(lines.join('\n').trim());
  return { cell_type: 'code', id, metadata, source, execution_count: null, outputs: [] };
}
