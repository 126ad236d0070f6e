// Widths of text without a canvas. Vega then guesses 0.8 em a character, which leaves figures with a wide empty margin;
// the advance widths of DejaVu Sans are exact where that font is used and close in Verdana, and the same on every machine.
import { createRequire } from 'node:module';

/** Thousandths of an em for the characters from space (32) to tilde (126), from the font's hmtx table. */
// biome-ignore format: a table
const ASCII_WIDTHS = [
  318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636, 636,
  636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787,
  603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635,
  634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
];
/** Signs beyond ASCII, such as ± × − → ≤, are mostly this wide. */
const OTHER_WIDTH = 838;
/** DejaVu Sans Bold is about this much wider. */
const BOLD_FACTOR = 1.11;

/** Width in pixels of one line of text at a font size in pixels. */
export function textWidth(text: string, fontSize: number, bold = false): number {
  let width = 0;
  for (const character of text) width += ASCII_WIDTHS[character.charCodeAt(0) - 32] ?? OTHER_WIDTH;
  return (width / 1000) * fontSize * (bold ? BOLD_FACTOR : 1);
}

interface TextItem {
  text?: unknown;
  fontSize?: number;
  fontWeight?: string | number;
}

interface Scenegraph {
  textMetrics: { width(item: TextItem, text?: unknown): number };
  resetSVGDefIds(): void;
}

// Vega's own copy of its scene graph, which Vega does not export.
const scenegraph = createRequire(require.resolve('vega'))('vega-scenegraph') as Scenegraph;

/** Makes Vega lay text out with these widths. Idempotent. */
export function useTextWidths(): void {
  scenegraph.textMetrics.width = (item, text = item.text) => {
    const bold = item.fontWeight === 'bold' || Number(item.fontWeight) >= 600;
    return text == null ? 0 : textWidth(String(text), item.fontSize ?? 11, bold);
  };
}

/** Starts the identifiers of clip paths and gradients anew: else they depend on what was drawn before. */
export function resetDefinitionIds(): void {
  scenegraph.resetSVGDefIds();
}
