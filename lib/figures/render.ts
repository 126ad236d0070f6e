// Figures to SVG, PNG and files. Same specification, same bytes; a warning of Vega is an error.
import * as path from 'node:path';
import sharp from 'sharp';
import * as vega from 'vega';
import type { TopLevelSpec } from 'vega-lite';
import * as vegaLite from 'vega-lite';
import { fromRoot, writeFileAtomic } from '../files';
import type { Figure } from './figure';
import { useOwnFonts } from './fonts';
import { resetDefinitionIds, useTextWidths } from './textWidth';
import { theme } from './theme';

export const NO_FONTS_MESSAGE =
  'No fonts are installed, so pictures would have no text. Install one: "apt install fonts-dejavu-core" ' +
  '(Debian, Ubuntu), "dnf install dejavu-sans-fonts" (Fedora), "apk add font-dejavu" (Alpine).';

/** A specification that brings the house's theme along, for viewers that know none: what it sets itself goes first, setting by setting. */
export function themed(spec: TopLevelSpec): TopLevelSpec {
  return {
    ...spec,
    config: vega.mergeConfig(theme as vega.Config, (spec.config ?? {}) as vega.Config),
  } as TopLevelSpec;
}

let lastRender: Promise<unknown> = Promise.resolve();

/** Draws a Vega-Lite specification as SVG text, under the house's theme.
 *  Throws on any warning of Vega or Vega-Lite, such as an unknown field or an empty domain. */
export function renderSvg(spec: TopLevelSpec): Promise<string> {
  // One at a time: Vega counts the identifiers in an SVG globally.
  const render = lastRender.then(() => draw(spec));
  lastRender = render.catch(() => {});
  return render;
}

async function draw(spec: TopLevelSpec): Promise<string> {
  const problems: string[] = [];
  const logger = collectInto(problems);
  useTextWidths();
  const compiled = vegaLite.compile(harmlessCopy(spec) as TopLevelSpec, { config: theme, logger }).spec;
  const view = new vega.View(vega.parse(compiled), { renderer: 'none', logger });
  try {
    resetDefinitionIds();
    const svg = await view.toSVG();
    if (problems.length > 0)
      throw new Error(`The figure's specification is not clean: ${problems.join('; ')}`);
    return svg;
  } finally {
    view.finalize();
  }
}

/** A copy, since compiling changes what it is given. Vega keeps groups in plain objects, so a value such as "constructor" would meet a
 *  function there: it gets a mark in front that has no width. */
function harmlessCopy(value: unknown): unknown {
  if (typeof value === 'string') return value in Object.prototype ? `\u2060${value}` : value;
  if (Array.isArray(value)) return value.map(harmlessCopy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, harmlessCopy(inner)]));
}

/** A logger of Vega that keeps warnings and errors. */
function collectInto(problems: string[]): vega.LoggerInterface {
  const keep = (...parts: readonly unknown[]): vega.LoggerInterface => {
    problems.push(parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' '));
    return logger;
  };
  const level = ((value?: number) =>
    value === undefined ? vega.Warn : logger) as vega.LoggerInterface['level'];
  const logger: vega.LoggerInterface = {
    level,
    warn: keep,
    error: keep,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}

export interface RenderPngOptions {
  /** Pixels of the PNG for one pixel of the SVG. */
  scale?: number;
}

/** Turns SVG text into a PNG on white. Throws when the SVG holds text and the machine has no font. */
export async function renderPng(svg: string, { scale = 2 }: RenderPngOptions = {}): Promise<Buffer> {
  // With a palette: figures have few colours.
  return (await pixelsOf(svg, scale)).png({ palette: true }).toBuffer();
}

/** The same as WebP, for figures of photographs and pictures: small, not without loss. */
export async function renderWebp(svg: string, { scale = 2 }: RenderPngOptions = {}): Promise<Buffer> {
  return (await pixelsOf(svg, scale)).webp({ quality: 90 }).toBuffer();
}

async function pixelsOf(svg: string, scale: number): Promise<sharp.Sharp> {
  if (svg.includes('<text') && !(await fontsAvailable())) throw new Error(NO_FONTS_MESSAGE);
  useOwnFonts();
  return sharp(Buffer.from(svg), { density: 72 * scale }).flatten({ background: '#ffffff' });
}

let fonts: Promise<boolean> | undefined;

/** Whether text can be drawn on this machine. Without fonts a letter is nothing, or a small thin box. */
export function fontsAvailable(): Promise<boolean> {
  fonts ??= darkPixelsOfLetter().then((count) => count > 80);
  return fonts;
}

/** Dark pixels of a W of 28 pixels: about 200 in DejaVu Sans, at most 40 for the box of a missing letter. */
async function darkPixelsOfLetter(): Promise<number> {
  useOwnFonts();
  const text = `<text x="5" y="30" font-size="28" font-family="${theme.font}">W</text>`;
  const svg = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">${text}</svg>`);
  const pixels = await sharp(svg).flatten({ background: '#ffffff' }).greyscale().raw().toBuffer();
  return pixels.filter((value) => value < 128).length;
}

/** The files of a figure. */
export interface FigureFiles {
  svg: string;
  spec: string;
}

/** Writes `<id>.svg` and `<id>.vl.json` into a folder. Throws on an identifier unfit for a file name, a specification that is
 *  not clean, and a folder that cannot be written; the files of before are then unchanged. */
export async function writeFigure({ id, spec }: Figure, folder = fromRoot('figures')): Promise<FigureFiles> {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id)) {
    throw new Error(`A figure's id is lower-case letters, digits and hyphens, not "${id}".`);
  }
  const svg = await renderSvg(spec).catch((error: Error) => {
    throw new Error(`Figure "${id}": ${error.message}`, { cause: error });
  });
  const files: FigureFiles = {
    svg: path.join(folder, `${id}.svg`),
    spec: path.join(folder, `${id}.vl.json`),
  };
  writeFileAtomic(files.svg, `${svg}\n`);
  writeFileAtomic(files.spec, `${JSON.stringify(spec, null, 2)}\n`);
  return files;
}
