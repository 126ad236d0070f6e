// One look for every figure: fonts, sizes, and one colour for each model or variant wherever it appears.
import type { Config } from 'vega-lite';

/** Okabe and Ito's palette, told apart with any common colour blindness (Okabe & Ito 2008, Color Universal Design). */
export const PALETTE = {
  black: '#000000',
  orange: '#e69f00',
  skyBlue: '#56b4e9',
  green: '#009e73',
  yellow: '#f0e442',
  blue: '#0072b2',
  vermilion: '#d55e00',
  purple: '#cc79a7',
} as const;

/** Fonts by preference; text widths are laid out for the first. */
export const FONTS = 'DejaVu Sans, Verdana, sans-serif';

/** The colour of each thing that figures compare. Another study adds its rows here, so that no colour means two things in one figure. */
export const COLOURS: Readonly<Record<string, string>> = {
  none: PALETTE.black,
  topk: PALETTE.vermilion,
  'topk-mean': PALETTE.blue,
  top5: PALETTE.blue,
  top15: PALETTE.vermilion,
  shape: PALETTE.green,
  texture: PALETTE.orange,
  humans: PALETTE.purple,
  baseline: PALETTE.black,
  joint: PALETTE.vermilion,
  unet: PALETTE.blue,
  unannealed: PALETTE.orange,
  image: PALETTE.purple,
  dropout: PALETTE.skyBlue,
  hgru: PALETTE.green,
  'hgru-class': '#7fcfb9',
  transformer: PALETTE.blue,
  'transformer-class': '#7fb8d8',
  reported: '#8a8a8a',
  reproduced: PALETTE.green,
  mixed: PALETTE.purple,
  inconclusive: PALETTE.blue,
  'not reproduced': PALETTE.vermilion,
};

/** A Vega-Lite scale. */
export interface ColourScale {
  domain: string[];
  range: string[];
}

/** The colour scale for the things shown, from identifier (a key of COLOURS) to the name in the figure.
 *  Throws on an identifier without a colour. */
export function colourScale(names: Readonly<Record<string, string>>): ColourScale {
  const range = Object.keys(names).map((id) => {
    if (!(id in COLOURS)) throw new Error(`No colour for "${id}": give it one in lib/figures/theme.ts.`);
    return COLOURS[id];
  });
  return { domain: Object.values(names), range };
}

const INK = '#222222';
const FAINT = '#dddddd';

/** Vega-Lite configuration, readable at the width of a notebook. renderSvg applies it under a spec's own `config`. */
export const theme: Config = {
  background: '#ffffff',
  font: FONTS,
  padding: 10,
  view: { stroke: null, continuousWidth: 420, continuousHeight: 260 },
  axis: {
    labelFontSize: 12,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    labelColor: INK,
    titleColor: INK,
    gridColor: FAINT,
    domainColor: '#888888',
    tickColor: '#888888',
    titlePadding: 8,
  },
  axisX: { grid: false },
  legend: {
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelColor: INK,
    titleColor: INK,
    labelLimit: 260,
  },
  header: { labelFontSize: 13, titleFontSize: 13, labelColor: INK, titleColor: INK },
  title: { fontSize: 15, fontWeight: 'normal', color: INK, anchor: 'start', offset: 12, subtitleColor: INK },
  mark: { color: PALETTE.blue },
  line: { strokeWidth: 2 },
  point: { size: 45, filled: true },
  range: {
    category: [
      PALETTE.blue,
      PALETTE.vermilion,
      PALETTE.green,
      PALETTE.orange,
      PALETTE.purple,
      PALETTE.skyBlue,
      PALETTE.black,
      PALETTE.yellow,
    ],
  },
};
