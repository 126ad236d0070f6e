/// <reference lib="dom" />
// Search over the whole book: the index is a script of the book, loaded at the first touch of the field.
import MiniSearch from 'minisearch';
import { SEARCH_OPTIONS, type SearchEntry } from '../searchOptions';
import { staysInTab } from './clicks';
import { loadData } from './scripts';

const MOST_FOUND = 12;
const NOT_LOADED = 'The search could not be loaded.';
type Found = SearchEntry & { readonly id: string };

let index: Promise<MiniSearch<SearchEntry> | null> | undefined;

/** Null where it could not be loaded; then the next query tries again. */
function loadIndex(): Promise<MiniSearch<SearchEntry> | null> {
  index ??= loadData<string>('assets/search.js')
    .then((json) => MiniSearch.loadJSON<SearchEntry>(json, SEARCH_OPTIONS))
    .catch(() => {
      index = undefined;
      return null;
    });
  return index;
}

/** The results show while the form has the focus: they lie over the page. */
export function searchField(field: HTMLInputElement, found: HTMLElement): void {
  const form = field.form as HTMLFormElement;
  const hide = (): void => {
    found.hidden = true;
  };
  const show = async (): Promise<void> => {
    const loaded = await loadIndex();
    // Since it loaded the reader may have gone on or typed more: nothing from before the wait counts.
    const query = field.value.trim();
    found.hidden = query === '' || !form.contains(document.activeElement);
    if (!found.hidden) found.replaceChildren(loaded === null ? line(NOT_LOADED) : answer(loaded, query));
  };
  field.addEventListener('focus', () => void loadIndex(), { once: true });
  field.addEventListener('input', () => void show());
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (found.hidden) void show();
    else found.querySelector('a')?.click();
  });
  form.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    field.value = '';
    hide();
    field.focus();
  });
  // What was found may be on this page.
  found.addEventListener('click', (event) => {
    if ((event.target as Element).closest('a') !== null && staysInTab(event)) hide();
  });
  for (const type of ['click', 'focusin'])
    document.addEventListener(type, ({ target }) => {
      if (!form.contains(target as Node)) hide();
    });
}

function answer(loaded: MiniSearch<SearchEntry>, query: string): HTMLElement {
  const results = loaded.search(query) as unknown as Found[];
  return results.length === 0 ? line('Nothing found.') : listOf(results.slice(0, MOST_FOUND));
}

function line(text: string): HTMLElement {
  const said = document.createElement('p');
  said.textContent = text;
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
