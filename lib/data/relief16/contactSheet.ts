// Contact sheets: the data set at a glance, as PNG files.
import * as path from 'node:path';
import sharp from 'sharp';
import { writeFileAtomic } from '../../files';
import { CLASS_NAMES, type ClassName, type Split } from './classes';
import { relief16 } from './relief16';
import { TEXTURES } from './textures/index';
import { STYLE_COUNT, TILES_PER_CLASS, type Tile, tilesFor } from './tiles';
import { VARIANTS, type Variant } from './variants';

/** Space around pictures, in pixels. */
const GAP = 3;
const ROW_LABEL = 92;
const COLUMN_LABEL = 18;

export interface ContactSheetOptions {
  /** Default: test. */
  split?: Split;
  /** Side of each picture in pixels. Default: 96. */
  size?: number;
  /** Default: 0. */
  seed?: number;
  /** Rows of each variant. Default: 1. */
  rows?: number;
  /** Default: all, followed by the depth maps and masks. */
  variants?: readonly Variant[];
  /** Default: all 16. */
  classes?: readonly ClassName[];
  /** As in `relief16`. */
  packFile?: string;
  cache?: string;
}

/** A row of pictures, RGB bytes each, with its label. */
interface SheetRow {
  readonly label: string;
  readonly pictures: readonly Uint8Array[];
}

/** Writes a sheet of classes (columns) by variants (rows) with depth and mask, all of the same drawings and poses.
 *  Throws as `relief16` does, and when the file cannot be written. */
export async function writeContactSheet(file: string, options: ContactSheetOptions = {}): Promise<void> {
  const {
    split = 'test',
    size = 96,
    seed = 0,
    rows = 1,
    variants = VARIANTS,
    classes = CLASS_NAMES,
    packFile,
    cache,
  } = options;
  const sheet: SheetRow[] = [];
  for (const variant of variants) {
    const set = await relief16({
      split,
      size,
      count: rows,
      seed,
      variant,
      classes,
      textureCue: 1,
      packFile,
      cache,
    });
    const rowOf = (label: string, row: number, pick: (index: number) => Uint8Array): SheetRow => ({
      label,
      pictures: classes.map((_, column) => pick(row * classes.length + column)),
    });
    for (let row = 0; row < rows; row++) sheet.push(rowOf(variant, row, (index) => set.picture(index).rgb));
    if (variant !== 'normal') continue;
    sheet.push(rowOf('depth', 0, (index) => inGrey(set.picture(index).depth)));
    sheet.push(rowOf('mask', 0, (index) => inGrey(set.picture(index).mask)));
  }
  await writeSheet(file, sheet, classes, size);
}

export interface TextureSheetOptions {
  /** Default: test. */
  split?: Split;
  /** Size of the images for which the tiles are made. Default: 128. */
  size?: number;
}

/** Writes a sheet of all texture tiles: each class's own in the upper rows, random styles below. */
export async function writeTextureSheet(file: string, options: TextureSheetOptions = {}): Promise<void> {
  const { split = 'test', size = 128 } = options;
  const tiles = tilesFor(split, size);
  const show = (tile: Tile): Uint8Array => cropTile(tile, size);
  const own = Array.from({ length: TILES_PER_CLASS }, (_, k) => ({
    label: `own ${k + 1}`,
    pictures: CLASS_NAMES.map((className) => show(tiles.ofClass(className, k))),
  }));
  const styles = Array.from({ length: STYLE_COUNT / CLASS_NAMES.length }, (_, k) => ({
    label: `style ${k + 1}`,
    pictures: CLASS_NAMES.map((_, c) => show(tiles.ofStyle(k * CLASS_NAMES.length + c))),
  }));
  await writeSheet(
    file,
    [...own, ...styles],
    CLASS_NAMES.map((name) => TEXTURES[name].name),
    size,
  );
}

function inGrey(channel: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: channel.length * 3 }, (_, i) => channel[Math.floor(i / 3)]);
}

/** The upper left `size x size` pixels of a tile, repeated if it is smaller. */
function cropTile(tile: Tile, size: number): Uint8Array {
  const picture = new Uint8Array(size * size * 3);
  for (let y = 0, i = 0; y < size; y++) {
    for (let x = 0; x < size; x++, i += 3) {
      const texel = ((y % tile.size) * tile.size + (x % tile.size)) * 3;
      picture.set(tile.data.subarray(texel, texel + 3), i);
    }
  }
  return picture;
}

async function writeSheet(
  file: string,
  rows: readonly SheetRow[],
  columns: readonly string[],
  size: number,
): Promise<void> {
  const step = size + GAP;
  const width = ROW_LABEL + columns.length * step;
  const height = COLUMN_LABEL + rows.length * step;
  const pictures = rows.flatMap((row, r) =>
    row.pictures.map((picture, c) => ({
      input: Buffer.from(picture),
      raw: { width: size, height: size, channels: 3 as const },
      left: ROW_LABEL + c * step,
      top: COLUMN_LABEL + r * step,
    })),
  );
  const labels = [
    ...columns.map((label, c) => text(label, ROW_LABEL + (c + 0.5) * step, COLUMN_LABEL - 5, 'middle')),
    ...rows.map((row, r) => text(row.label, ROW_LABEL - 6, COLUMN_LABEL + (r + 0.5) * step + 4, 'end')),
  ];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${labels.join('')}</svg>`;
  const png = await sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([...pictures, { input: Buffer.from(svg), left: 0, top: 0 }])
    .png({ palette: true })
    .toBuffer();
  writeFileAtomic(path.resolve(file), png);
}

function text(label: string, x: number, y: number, anchor: 'middle' | 'end'): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-family="sans-serif" font-size="11">${label}</text>`;
}
