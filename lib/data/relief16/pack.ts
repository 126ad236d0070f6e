// The drawings that the repository holds: data/drawings/icons.json, and their split into training and test.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, sha256 } from '../../files';
import { CLASS_NAMES, type ClassName, type Split } from './classes';

/** How a drawing is made; `outline` and `sketch` are line drawings, the others have filled areas. */
export const DRAWING_STYLES = ['colour', 'flat', 'mono', 'outline', 'sketch'] as const;
export type DrawingStyle = (typeof DRAWING_STYLES)[number];

/** One vector drawing, as in the file. */
export interface Drawing {
  /** Where it comes from: an npm package, or `procedural (own work)`. */
  readonly package: string;
  readonly name: string;
  readonly style: DrawingStyle;
  /** SPDX identifier. */
  readonly licence: string;
  /** Drawings of a class that share a group are one design: they never fall on both sides of the split. */
  readonly group: number;
  /** Left, top, width, height. */
  readonly viewBox: readonly [number, number, number, number];
  /** The SVG elements inside `<svg>`. */
  readonly svg: string;
}

/** All drawings by class. */
export type Pack = Readonly<Record<ClassName, readonly Drawing[]>>;

export const PACK_FILE = fromRoot('data', 'drawings', 'icons.json');

const RESTORE = 'Restore it: git checkout -- data/drawings/icons.json.';

/** Reads and checks a pack of drawings. Throws with the file, the place in it and the remedy. */
export function readPack(file: string = PACK_FILE): Pack {
  const shown = path.relative(process.cwd(), file);
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`Cannot read the drawings ${shown}: ${(error as Error).message}. ${RESTORE}`);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new Error(`The drawings ${shown} are not valid JSON: ${(error as Error).message}. ${RESTORE}`);
  }
  const problem = problemOf(parsed);
  if (problem) throw new Error(`The drawings ${shown} are damaged: ${problem}. ${RESTORE}`);
  return parsed as Pack;
}

/** What is wrong with a parsed pack, or undefined. */
function problemOf(pack: unknown): string | undefined {
  if (typeof pack !== 'object' || pack === null) return 'not an object of classes';
  for (const className of CLASS_NAMES) {
    const drawings = (pack as Record<string, unknown>)[className];
    if (!Array.isArray(drawings)) return `no list of drawings for "${className}"`;
    if (drawings.length < 2) return `"${className}" has fewer than two drawings`;
    const bad = drawings.findIndex((drawing) => !isDrawing(drawing));
    if (bad >= 0) return `"${className}"[${bad}] is not a drawing`;
  }
  return undefined;
}

function isDrawing(value: unknown): value is Drawing {
  if (typeof value !== 'object' || value === null) return false;
  const drawing = value as Record<string, unknown>;
  const { viewBox } = drawing;
  return (
    ['package', 'name', 'licence', 'svg'].every((field) => typeof drawing[field] === 'string') &&
    DRAWING_STYLES.includes(drawing.style as DrawingStyle) &&
    Number.isInteger(drawing.group) &&
    Array.isArray(viewBox) &&
    viewBox.length === 4 &&
    viewBox.every(Number.isFinite)
  );
}

/** SHA-256 of the drawings of some classes: goes into cache keys and records. */
export function hashOfDrawings(pack: Pack, classes: readonly ClassName[] = CLASS_NAMES): string {
  return sha256(JSON.stringify(classes.map((className) => [className, pack[className]])));
}

/** The drawings of a class on one side of the split: about a third are for the test, the others for training.
 *  Groups stay whole. They are dealt style by style, so that both sides hold the same mixture; the order inside a style
 *  is a hash of the group, so that it does not follow the packages' alphabet. */
export function drawingsOf(pack: Pack, className: ClassName, split: Split): Drawing[] {
  const byGroup = new Map<number, Drawing[]>();
  for (const drawing of pack[className]) {
    byGroup.set(drawing.group, [...(byGroup.get(drawing.group) ?? []), drawing]);
  }
  const groups = [...byGroup]
    .map(([group, drawings]) => ({
      drawings,
      order: `${drawings[0].style}/${sha256(`${className}/${group}`)}`,
    }))
    .sort((a, b) => (a.order < b.order ? -1 : 1));
  const sides: Record<Split, Drawing[]> = { train: [], test: [] };
  let dealt = 0;
  for (const { drawings } of groups) {
    dealt += drawings.length;
    const fits = sides.test.length + drawings.length <= dealt / 3 + 0.5;
    sides[fits ? 'test' : 'train'].push(...drawings);
  }
  return sides[split];
}
