// The licences of the drawings: data/drawings/NOTICE.md is this text, and a test holds them together.
import * as fs from 'node:fs';
import { fromRoot } from '../../files';
import { CLASS_NAMES } from './classes';
import { type Drawing, drawingsOf, type Pack } from './pack';

/** Authors by package. */
const AUTHORS_FILE = fromRoot('data', 'drawings', 'authors.json');

const LICENCE_TEXTS: Readonly<Record<string, string>> = {
  'Apache-2.0': 'https://www.apache.org/licenses/LICENSE-2.0',
  'CC-BY-3.0': 'https://creativecommons.org/licenses/by/3.0/',
  'CC-BY-4.0': 'https://creativecommons.org/licenses/by/4.0/',
  'CC0-1.0': 'https://creativecommons.org/publicdomain/zero/1.0/',
  ISC: 'https://opensource.org/license/isc-license-txt',
  MIT: 'https://opensource.org/license/mit',
  'OFL-1.1': 'https://openfontlicense.org',
};

/** The notice in Markdown: where the drawings come from, under which licences, and how many of each. */
export function noticeOf(pack: Pack): string {
  const authors = JSON.parse(fs.readFileSync(AUTHORS_FILE, 'utf8')) as Record<string, string>;
  const drawings = CLASS_NAMES.flatMap((className) => pack[className]);
  const packages = countBy(drawings, (drawing) => `${drawing.package} | ${drawing.licence}`);
  const licences = countBy(drawings, (drawing) => drawing.licence);
  const shareAlike = drawings.filter((drawing) => /-SA\b|GPL/.test(drawing.licence));
  const classRows = CLASS_NAMES.map((className) => {
    const inSplit = (split: 'train' | 'test'): number => drawingsOf(pack, className, split).length;
    return `| ${className} | ${inSplit('train')} | ${inSplit('test')} |`;
  });
  return `# The drawings of Relief-16

\`icons.json\` holds ${drawings.length} vector drawings by others and by us. Each keeps its own licence (field \`licence\`); the
licence of the repository does not replace it. The SVG elements were taken from the npm package in the field \`package\`,
under the name in the field \`name\`; the field \`viewBox\` replaces the enclosing \`<svg>\` element, and the glyphs of a
font were turned into paths. Rendered images show the drawings filled, textured, deformed and lit: adaptations in the
sense of the Creative Commons licences. \`category-icons.json\` repeats one drawing of each class, under MIT or Apache-2.0, scaled for figures.

Drawings under share-alike or copyleft licences: ${shareAlike.length === 0 ? 'none' : shareAlike.map(nameOf).join(', ')}.

## Licences

| licence | drawings | text |
|---|---:|---|
${rowsOf(licences, (licence, count) => `| ${licence} | ${count} | ${LICENCE_TEXTS[licence] ?? 'unknown'} |`)}

## Packages

| package | licence | authors | drawings |
|---|---|---|---:|
${rowsOf(packages, (key, count) => `| ${key} | ${authors[key.split(' | ')[0]] ?? 'unknown'} | ${count} |`)}

The packages are on the npm registry under these names; their pages link the original collections and their licences.
\`procedural (own work)\`: free-standing cookers, built-in ovens and microwaves made by a program of ours, dedicated to
the public domain.

## Drawings of each class

Drawings of one design, or of nearly one (correlation above 0.955 at 32 pixels, also mirrored), share a group (field
\`group\`); a group is on one side of the split only.

| class | training | test |
|---|---:|---:|
${classRows.join('\n')}
`;
}

function nameOf(drawing: Drawing): string {
  return `${drawing.package}/${drawing.name} (${drawing.licence})`;
}

function countBy(drawings: readonly Drawing[], keyOf: (drawing: Drawing) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const drawing of drawings) counts.set(keyOf(drawing), (counts.get(keyOf(drawing)) ?? 0) + 1);
  return counts;
}

function rowsOf(counts: Map<string, number>, row: (key: string, count: number) => string): string {
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, count]) => row(key, count))
    .join('\n');
}
