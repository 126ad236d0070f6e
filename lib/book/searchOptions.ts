// The search index: written when the book is built, read in the browser by the same options.
export interface SearchEntry {
  /** Of its page. */
  readonly page: string;
  readonly heading: string;
  readonly content: string;
}

/** MiniSearch's. Content is searched, not stored: results show headings. */
export const SEARCH_OPTIONS = {
  fields: ['heading', 'content', 'page'],
  storeFields: ['page', 'heading'],
  searchOptions: { boost: { heading: 3, page: 2 }, prefix: true, fuzzy: 0.15 },
};
