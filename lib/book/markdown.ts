// Prose of the book: Markdown with formulas, headings that can be linked to, links that lead to pages of the book.
import MarkdownIt from 'markdown-it';
import { escapeHtml } from '../results/tables';
import { type Language, useFormulas } from './packages';
import { uniqueId } from './places';
import type { UnusedTerms } from './terms';

export interface Heading {
  /** Unique on its page. */
  readonly id: string;
  readonly level: number;
  readonly text: string;
}

/** What the pieces of a page share. */
export interface PageState {
  readonly headings: Heading[];
  /** Terms that are linked at their first use; none where nothing is to be linked. */
  readonly terms?: UnusedTerms;
}

export interface Prose {
  /** Renders one piece of a page; its headings are added to those of the page. */
  render(text: string, page: PageState): string;
}

export interface ProseOptions {
  /** Highlights a fenced block. */
  readonly highlight: (code: string, language: Language) => string;
  /** Where a link to a file of the repository leads in the book, or null where the book has no such page. Addresses of the web are kept. */
  readonly linkTo: (target: string) => string | null;
}

const LANGUAGES: Readonly<Record<string, Language>> = {
  ts: 'typescript',
  typescript: 'typescript',
  sh: 'sh',
  json: 'json',
};

/** A renderer of Markdown. A formula that is none and a link that leads nowhere are errors. */
export async function prose({ highlight, linkTo }: ProseOptions): Promise<Prose> {
  const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
  await useFormulas(markdown);
  const { rules } = markdown.renderer;
  rules.fence = (tokens, i) => {
    const language = LANGUAGES[tokens[i].info.trim()];
    const { content } = tokens[i];
    return language === undefined
      ? `<pre><code>${escapeHtml(content)}</code></pre>\n`
      : highlight(content, language);
  };
  rules.table_open = (tokens, i) =>
    `<div class="wide" tabindex="0" role="group" aria-label="${escapeHtml(tokens[i].meta.name)}"><table>\n`;
  rules.table_close = () => '</table></div>\n';
  // A heading of a table that says nothing is none.
  markdown.core.ruler.push('empty headings', ({ tokens }) => {
    tokens.forEach((token, i) => {
      if (token.type !== 'th_open' || tokens[i + 1].content !== '') return;
      for (const cell of [token, tokens[i + 2]]) cell.tag = 'td';
    });
  });
  markdown.core.ruler.push('links', ({ tokens }) => {
    for (const link of tokens
      .flatMap(({ children }) => children ?? [])
      .filter(({ type }) => type === 'link_open')) {
      const target = String(link.attrGet('href'));
      const address = /^(https?:|mailto:|#)/.test(target) ? target : linkTo(target);
      if (address === null) throw new Error(`The link to ${target} leads to no page of the book.`);
      link.attrSet('href', address);
    }
  });
  return {
    render(text, { headings, terms }) {
      const tokens = markdown.parse(text, {});
      tokens.forEach((token, i) => {
        if (token.type === 'table_open') token.meta = { name: tableBelow(headings) };
        if (token.type !== 'heading_open') return;
        const said = plainText(tokens[i + 1].children ?? []);
        const id = uniqueId(
          said,
          headings.map((heading) => heading.id),
        );
        token.attrSet('id', id);
        headings.push({ id, level: Number(token.tag.slice(1)), text: said });
      });
      if (terms !== undefined) linkTerms(tokens, terms);
      return markdown.renderer.render(tokens, markdown.options, {});
    },
  };
}

/** What a table without title and caption is called: by the heading above it, without its number. */
export function tableBelow(headings: readonly Heading[]): string {
  const last = headings.at(-1);
  return last === undefined ? 'Table' : `Table: ${last.text.replace(/^\d+\. /, '')}`;
}

type Token = ReturnType<MarkdownIt['parse']>[number];

function plainText(tokens: readonly Token[]): string {
  return tokens
    .map(({ type, content }) => (type === 'softbreak' ? ' ' : content))
    .join('')
    .trim();
}

/** In what is said, not in headings. */
function linkTerms(tokens: readonly Token[], terms: UnusedTerms): void {
  tokens.forEach((token, i) => {
    if (token.type !== 'inline' || token.children === null || tokens[i - 1]?.type === 'heading_open') return;
    const TokenOf = token.constructor as new (type: string, tag: string, nesting: -1 | 0 | 1) => Token;
    token.children = terms.link(token.children, (...about) => new TokenOf(...about));
  });
}
