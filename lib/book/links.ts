// Whether everything that the book's pages point to is there.
import * as fs from 'node:fs';
import * as path from 'node:path';

/** Links of all pages below `folder` that lead to no file of it, or to no place on the page; each as `page: address`. Addresses of the web are not asked for. */
export function brokenLinks(folder: string): string[] {
  const pages = fs.readdirSync(folder).filter((file) => file.endsWith('.html'));
  const html = new Map(pages.map((page) => [page, fs.readFileSync(path.join(folder, page), 'utf8')]));
  const places = new Map([...html].map(([page, text]) => [page, idsIn(text)]));
  return [...html].flatMap(([page, text]) =>
    addressesIn(text)
      .filter((address) => !isThere(address, page))
      .map((address) => `${page}: ${address}`),
  );

  function isThere(address: string, page: string): boolean {
    const [file, place] = address.split('#').map(decodeURIComponent);
    if (!fs.existsSync(path.join(folder, file || page))) return false;
    return place === undefined || places.get(file || page)?.has(place) === true;
  }
}

/** Addresses within the book, each once. */
function addressesIn(html: string): string[] {
  const found = [...html.matchAll(/ (?:href|src|data-spec)="([^"]*)"/g)].map((match) => match[1]);
  const runs = [...html.matchAll(/ data-run="([^"]*)"/g)].map((match) => `runs/${match[1]}.js`);
  return [...new Set([...found, ...runs])].filter((address) => !/^(https?:|mailto:|data:)/.test(address));
}

function idsIn(html: string): Set<string> {
  return new Set([...html.matchAll(/ id="([^"]*)"/g)].map((match) => match[1]));
}
