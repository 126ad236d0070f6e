// An icon for each category, from the drawings: data/drawings/category-icons.json, which figures read.
import { fromRoot, writeFileAtomic } from '../../files';
import { CLASS_NAMES, type ClassName } from './classes';
import { type Drawing, type Pack, readPack } from './pack';

/** A drawing as a Vega symbol. */
export interface CategoryIcon extends Pick<Drawing, 'package' | 'name' | 'licence'> {
  /** SVG path data, filled by the non-zero rule; the drawing's square is -1 to 1 in both directions. */
  readonly path: string;
}

export type CategoryIcons = Readonly<Record<ClassName, CategoryIcon>>;

export const CATEGORY_ICONS_FILE = fromRoot('data', 'drawings', 'category-icons.json');

/** Package and name of drawings that are told apart at 18 pixels: one filled path each, under MIT or Apache-2.0. */
const CHOSEN: Readonly<Record<ClassName, readonly [string, string]>> = {
  airplane: ['@iconify-json/bi', 'airplane-fill'],
  bear: ['@iconify-json/mingcute', 'bear-fill'],
  bicycle: ['@iconify-json/mdi', 'bicycle'],
  bird: ['@iconify-json/ph', 'bird-fill'],
  boat: ['@iconify-json/ic', 'baseline-sailing'],
  bottle: ['@iconify-json/tabler', 'bottle-filled'],
  car: ['@iconify-json/fluent', 'vehicle-car-profile-24-filled'],
  cat: ['@iconify-json/fluent', 'animal-cat-28-filled'],
  chair: ['@iconify-json/ic', 'baseline-chair-alt'],
  clock: ['@iconify-json/bi', 'alarm-fill'],
  dog: ['@iconify-json/mdi', 'dog-side'],
  elephant: ['@iconify-json/mdi', 'elephant'],
  keyboard: ['@iconify-json/bxs', 'keyboard'],
  knife: ['@iconify-json/mdi', 'knife'],
  oven: ['@iconify-json/ph', 'oven-fill'],
  truck: ['@iconify-json/bxs', 'truck'],
};

/** The icons of a pack. Throws, naming the drawing, when it is missing or is not one filled path. */
export function categoryIcons(pack: Pack): CategoryIcons {
  const icons = CLASS_NAMES.map((className) => [className, iconOf(pack, className)]);
  return Object.fromEntries(icons) as CategoryIcons;
}

/** Writes the icons of the embedded drawings for the figures. */
export function writeCategoryIcons(file = CATEGORY_ICONS_FILE): void {
  writeFileAtomic(file, `${JSON.stringify(categoryIcons(readPack()), null, 2)}\n`);
}

function iconOf(pack: Pack, className: ClassName): CategoryIcon {
  const [from, name] = CHOSEN[className];
  const drawing = pack[className].find((found) => found.package === from && found.name === name);
  const path = drawing && /^<path fill="currentColor" d="([^"]+)"\/>$/.exec(drawing.svg)?.[1];
  if (drawing === undefined || path === undefined)
    throw new Error(`The icon of "${className}", ${from}/${name}, is not a drawing of one filled path.`);
  const [left, top, width, height] = drawing.viewBox;
  const scale = 2 / Math.max(width, height);
  const place = { scale, x: -scale * (left + width / 2), y: -scale * (top + height / 2) };
  return { package: from, name, licence: drawing.licence, path: placePath(path, place) };
}

/** What each parameter of a command is: a coordinate, a length, or neither (angle and flags of an arc). */
const PARAMETERS: Readonly<Record<string, readonly ('x' | 'y' | 'r' | '-')[]>> = {
  m: ['x', 'y'],
  l: ['x', 'y'],
  h: ['x'],
  v: ['y'],
  c: ['x', 'y', 'x', 'y', 'x', 'y'],
  s: ['x', 'y', 'x', 'y'],
  q: ['x', 'y', 'x', 'y'],
  t: ['x', 'y'],
  a: ['r', 'r', '-', '-', '-', 'x', 'y'],
  z: [],
};

interface Placement {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** SVG path data, scaled and moved. All commands become absolute: after a closed outline Vega does not return to its beginning, from
 *  which the next relative move would count. Throws on what is no path data. */
function placePath(path: string, placement: Placement): string {
  const at = { x: 0, y: 0 };
  let begin = { ...at };
  const segments = path.match(/[a-z][^a-df-z]*/gi) ?? [];
  const placed = segments.map((segment) => {
    const command = segment[0].toLowerCase();
    const kinds = PARAMETERS[command] ?? [];
    const values = numbersOf(segment.slice(1), kinds.length);
    if (values === undefined || !(command in PARAMETERS))
      throw new Error(`"${segment}" is no segment of SVG path data.`);
    const out: number[] = [];
    for (let first = 0; first < values.length; first += kinds.length) {
      const origin = segment[0] === command ? { ...at } : { x: 0, y: 0 };
      kinds.forEach((kind, i) => {
        const value = values[first + i];
        // The last coordinates of a command are where it ends.
        if (kind === 'x' || kind === 'y') at[kind] = origin[kind] + value;
        out.push(kind === '-' ? value : placedValue(kind, kind === 'r' ? value : at[kind], placement));
      });
      if (command === 'm' && first === 0) begin = { ...at };
    }
    if (command === 'z') Object.assign(at, begin);
    return command.toUpperCase() + out.join(' ');
  });
  return placed.join('');
}

function placedValue(kind: 'x' | 'y' | 'r', value: number, { scale, ...move }: Placement): number {
  return Number((scale * value + (kind === 'r' ? 0 : move[kind])).toFixed(4));
}

/** The parameters after a command, `count` of them or a multiple of it; flags of arcs may stand without a space before what follows. */
function numbersOf(text: string, count: number): number[] | undefined {
  const values: number[] = [];
  let rest = text.trim();
  while (rest !== '') {
    const place = values.length % count;
    const isFlag = count === 7 && (place === 3 || place === 4);
    const found = (isFlag ? /^[01]/ : /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?/i).exec(rest)?.[0];
    if (found === undefined) return undefined;
    values.push(Number(found));
    rest = rest.slice(found.length).replace(/^[\s,]+/, '');
  }
  return values.length % (count || 1) === 0 ? values : undefined;
}
