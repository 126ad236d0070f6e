// A note beside stylised images of what made them and which style each has, so that those of two settings are not mixed.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFileAtomic } from '../files';

const NOTE = 'stylised.json';
const FORMAT = 'gestalt-stylised-1';

/** What determines the images of a folder, besides what they are made of. */
export interface StylisedSettings {
  readonly alpha: number;
  /** Pixels of the shorter side. */
  readonly size: number;
  /** Of the choice of styles. */
  readonly seed: number;
  /** SHA-256 of the files. */
  readonly encoder: string;
  readonly decoder: string;
  /** The styles' name, and SHA-256 of what determines them. */
  readonly styles: string;
  readonly stylesHash: string;
}

/** Notes the settings and the style of each image, by its path. Throws where the folder's images are of other settings, naming them. */
export function noteStyles(
  folder: string,
  settings: StylisedSettings,
  styleOfImage: Readonly<Record<string, string>>,
): void {
  const file = path.join(folder, NOTE);
  const earlier = readNote(file);
  if (earlier !== undefined) requireSame(folder, earlier.settings, settings);
  const images = { ...earlier?.images, ...styleOfImage };
  const sorted = Object.fromEntries(Object.entries(images).sort(([a], [b]) => (a < b ? -1 : 1)));
  writeFileAtomic(file, `${JSON.stringify({ format: FORMAT, settings, images: sorted }, null, 2)}\n`);
}

function requireSame(folder: string, earlier: StylisedSettings, now: StylisedSettings): void {
  const keys = (Object.keys(now) as (keyof StylisedSettings)[]).filter((key) => earlier[key] !== now[key]);
  if (keys.length === 0) return;
  const short = (value: unknown): string => String(value).slice(0, 12);
  const list = keys.map((key) => `${key} was ${short(earlier[key])}, now ${short(now[key])}`);
  throw new Error(
    `The stylised images in ${folder} are of other settings: ${list.join('; ')}. Give another folder, --out <folder>, or delete that one.`,
  );
}

function readNote(file: string): { settings: StylisedSettings; images: Record<string, string> } | undefined {
  if (!fs.existsSync(file)) return undefined;
  const wrong = (reason: string): Error =>
    new Error(
      `${file}, which says what made the images there, ${reason}. Give another folder, --out <folder>, or delete that one.`,
    );
  let note: { format?: unknown; settings?: unknown; images?: unknown };
  try {
    note = JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw wrong(`is no JSON: ${(error as Error).message}`);
  }
  if (note?.format !== FORMAT || !isObject(note.settings) || !isObject(note.images))
    throw wrong('is not of this version');
  return note as { settings: StylisedSettings; images: Record<string, string> };
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
