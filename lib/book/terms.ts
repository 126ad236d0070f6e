// Terms of the field, linked where a page first uses them.
import type MarkdownIt from 'markdown-it';
import { type GlossaryTerm, patternOf } from '../notebook/glossary';
import { idOf } from './places';

type Token = ReturnType<MarkdownIt['parse']>[number];

/** The page of the glossary. */
const GLOSSARY_PAGE = 'glossary.html';

/** Where the glossary explains a term. */
export function addressOfTerm({ term }: GlossaryTerm): string {
  return `${GLOSSARY_PAGE}#${idOf(term)}`;
}

/** Terms that a page has not used yet. */
export class UnusedTerms {
  readonly #unused: Map<GlossaryTerm, RegExp>;

  constructor(terms: readonly GlossaryTerm[]) {
    this.#unused = new Map(terms.map((term) => [term, patternOf(term)]));
  }

  /** Splits text at each first use of a term, which becomes a link; what is a link already, or code, is left alone. */
  link(
    tokens: readonly Token[],
    makeToken: (type: string, tag: string, nesting: -1 | 0 | 1) => Token,
  ): Token[] {
    let links = 0;
    return tokens.flatMap((token) => {
      if (token.type === 'link_open') links++;
      if (token.type === 'link_close') links--;
      return token.type === 'text' && links === 0 ? this.#split(token.content, makeToken) : [token];
    });
  }

  #split(text: string, makeToken: (type: string, tag: string, nesting: -1 | 0 | 1) => Token): Token[] {
    const found = this.#first(text);
    const plain = (content: string): Token[] => {
      const token = makeToken('text', '', 0);
      token.content = content;
      return content === '' ? [] : [token];
    };
    if (found === null) return plain(text);
    const { term, start, end } = found;
    this.#unused.delete(term);
    const open = makeToken('link_open', 'a', 1);
    open.attrSet('href', addressOfTerm(term));
    open.attrSet('class', 'term');
    open.attrSet('title', term.meaning);
    return [
      ...plain(text.slice(0, start)),
      open,
      ...plain(text.slice(start, end)),
      makeToken('link_close', 'a', -1),
      ...this.#split(text.slice(end), makeToken),
    ];
  }

  /** The first use of any of them; of two at one place the longer. */
  #first(text: string): { term: GlossaryTerm; start: number; end: number } | null {
    let best: { term: GlossaryTerm; start: number; end: number } | null = null;
    for (const [term, pattern] of this.#unused) {
      const match = pattern.exec(text);
      if (match === null) continue;
      const [start, end] = [match.index, match.index + match[0].length];
      if (best === null || start < best.start || (start === best.start && end > best.end))
        best = { term, start, end };
    }
    return best;
  }
}
