// Whether everything that the book's pages point to is there.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Links of all pages below `folder` that lead to no file of it, or to no place on the page; each as `page: address`; before them runs that a figure shows and
 *  of which there is no record. Addresses of the web are not asked for. */
export function brokenLinks(folder: string): string[] {
  const pages = fs.readdirSync(folder).filter((file) => file.endsWith('.html'));
  const html = new Map(pages.map((page) => [page, fs.readFileSync(path.join(folder, page), 'utf8')]));
  const places = new Map([...html].map(([page, text]) => [page, idsIn(text)]));
  const pagesWith = (problems: (text: string, page: string) => string[]): string[] =>
    [...html].flatMap(([page, text]) => problems(text, page).map((problem) => `${page}: ${problem}`));
  return [
    ...pagesWith((text) =>
      runsIn(text)
        .filter((run) => !fs.existsSync(path.join(folder, 'runs', `${run}.js`)))
        .map(
          (run) => `the run ${run} has no record (npm run figures and npm run notebooks draw what there is)`,
        ),
    ),
    ...pagesWith((text, page) => addressesIn(text).filter((address) => !isThere(address, page))),
  ];

  function isThere(address: string, page: string): boolean {
    const [file, place] = address.split('#').map(decodeURIComponent);
    if (!fs.existsSync(path.join(folder, file || page))) return false;
    return place === undefined || places.get(file || page)?.has(place) === true;
  }
}

/** Addresses within the book, each once. */
function addressesIn(html: string): string[] {
  const found = [...html.matchAll(/ (?:href|src|data-spec)="([^"]*)"/g)].map((match) => match[1]);
  return [...new Set(found)].filter((address) => !/^(https?:|mailto:|data:)/.test(address));
}

/** Ids of the runs that its figures show. */
function runsIn(html: string): string[] {
  return [...new Set([...html.matchAll(/ data-run="([^"]*)"/g)].map((match) => match[1]))];
}

function idsIn(html: string): Set<string> {
  return new Set([...html.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]));
}
