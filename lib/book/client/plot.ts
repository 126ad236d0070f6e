/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
// Vega in the browser, loaded when the first figure is drawn.
import { loadScript } from './scripts';

export interface View {
  addEventListener(type: 'click', handler: (event: unknown, item: Item | null) => void): void;
}

/** A mark. */
export interface Item {
  readonly datum?: { readonly runs?: readonly string[] };
}

/** What vega-embed puts into the window. */
declare global {
  interface Window {
    vegaEmbed(element: HTMLElement, spec: object, options: object): Promise<{ view: View }>;
  }
}

const LIBRARIES = ['assets/vega.min.js', 'assets/vega-lite.min.js', 'assets/vega-embed.min.js'];
const OPTIONS = { renderer: 'svg', actions: { export: true, source: true, compiled: false, editor: false } };

/** Draws a specification. The libraries depend on each other, so they come one after the other. */
export async function plot(element: HTMLElement, spec: object): Promise<View> {
  for (const library of LIBRARIES) await loadScript(library);
  const { view } = await window.vegaEmbed(element, spec, OPTIONS);
  element.querySelector('summary')?.setAttribute('aria-label', 'Save the figure, or see its specification');
  // Vega names the marks that its encodings describe; a rule at a constant is none of them.
  for (const marks of element.querySelectorAll('[role="graphics-symbol"]:not([aria-label])'))
    marks.setAttribute('aria-label', marks.getAttribute('aria-roledescription') ?? 'marks');
  return view;
}
