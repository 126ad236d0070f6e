/// <reference lib="dom" />
// Search over the whole book: the index is a script of the book, loaded at the first touch of the field.
import MiniSearch from 'minisearch';
import { SEARCH_OPTIONS, type SearchEntry } from '../searchOptions';
import { loadData } from './scripts';

const MOST_FOUND = 12;
type Found = SearchEntry & { readonly id: string };

let index: Promise<MiniSearch<SearchEntry>> | undefined;

function search(): Promise<MiniSearch<SearchEntry>> {
  index ??= loadData<string>('assets/search.js').then((json) =>
    MiniSearch.loadJSON<SearchEntry>(json, SEARCH_OPTIONS),
  );
  return index;
}

export function searchField(field: HTMLInputElement, found: HTMLElement): void {
  field.addEventListener('focus', () => void search(), { once: true });
  field.addEventListener('input', async () => {
    const results = (await search()).search(field.value) as unknown as Found[];
    found.hidden = field.value.trim() === '';
    found.replaceChildren(results.length === 0 ? nothing() : listOf(results.slice(0, MOST_FOUND)));
  });
  field.form?.addEventListener('submit', (event) => {
    event.preventDefault();
    found.querySelector('a')?.click();
  });
  field.form?.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    field.value = '';
    found.hidden = true;
    field.focus();
  });
  document.addEventListener('click', ({ target }) => {
    if (!field.form?.contains(target as Node)) found.hidden = true;
  });
}

function nothing(): HTMLElement {
  const said = document.createElement('p');
  said.textContent = 'Nothing found.';
  return said;
}

function listOf(results: readonly Found[]): HTMLElement {
  const list = document.createElement('ol');
  for (const { id, heading, page } of results) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = id;
    link.textContent = heading;
    const where = document.createElement('small');
    where.textContent = page;
    item.append(link, where);
    list.append(item);
  }
  return list;
}
