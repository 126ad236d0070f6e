// Packages that are ES modules only and do not name their types where TypeScript 5.1 looks: what the book uses of them.
import type MarkdownIt from 'markdown-it';

/** What the book configures of Eleventy. */
export interface SiteConfig {
  setQuietMode(quiet: boolean): void;
  setUseGitIgnore(use: boolean): void;
  addGlobalData(name: string, data: unknown): void;
  addPassthroughCopy(files: Readonly<Record<string, string>>): void;
}

interface Eleventy {
  write(): Promise<unknown>;
}

interface EleventyOptions {
  readonly quietMode: boolean;
  readonly configPath: undefined;
  readonly config: (config: SiteConfig) => unknown;
}

/** The site generator: templates below `input` become pages below `output`. */
export async function eleventy(input: string, output: string, options: EleventyOptions): Promise<Eleventy> {
  const module = (await import('@11ty/eleventy')) as unknown as {
    default: new (input: string, output: string, options: EleventyOptions) => Eleventy;
  };
  return new module.default(input, output, options);
}

/** Formulas between dollars, set by KaTeX; a formula that it does not understand is an error. */
export async function useFormulas(markdown: MarkdownIt): Promise<void> {
  const { katex } = (await import('@mdit/plugin-katex')) as unknown as {
    katex: (md: MarkdownIt, options: object) => void;
  };
  markdown.use(katex, { throwOnError: true, strict: 'error', output: 'htmlAndMathml' });
}

export type Language = 'typescript' | 'sh' | 'json';

/** Turns code into HTML whose colours follow the page's light or dark. */
export async function highlighter(): Promise<(code: string, language: Language) => string> {
  const { createHighlighter } = (await import('shiki')) as unknown as {
    createHighlighter: (options: { themes: string[]; langs: Language[] }) => Promise<{
      codeToHtml: (code: string, options: object) => string;
    }>;
  };
  const themes = { light: 'github-light-high-contrast', dark: 'github-dark' };
  const { codeToHtml } = await createHighlighter({
    themes: Object.values(themes),
    langs: ['typescript', 'sh', 'json'],
  });
  return (code, lang) => codeToHtml(code, { lang, themes, defaultColor: false });
}
