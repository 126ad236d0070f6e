// Icons of the benchmark's categories, beside their names on an axis.
import * as fs from 'node:fs';
import { fromRoot } from '../files';

/** Drawings of Relief-16 as Vega symbols; `npm run data -- icons` makes the file. */
const FILE = fromRoot('data', 'drawings', 'category-icons.json');

/** Side in pixels. */
const SIZE = 18;
/** Between the axis and the icons, and between the icons and the names. */
const GAP = 7;

/** Space for icons between an axis and its labels: `labelPadding` of the axis. */
export const ICON_SPACE = SIZE + 2 * GAP;

/** A layer of icons left of a plot whose rows are categories.
 *  @param y the rows' encoding, whose axis leaves `ICON_SPACE`. */
export function categoryIconsLayer(categories: readonly string[], y: object): object {
  const icons = readIcons();
  const values = categories.flatMap((category) => {
    const icon = icons[category];
    return icon === undefined ? [] : [{ category, path: icon.path }];
  });
  return {
    data: { values },
    mark: { type: 'point', filled: true, size: SIZE ** 2, opacity: 1, color: '#444444', aria: false },
    encoding: {
      x: { value: -GAP - SIZE / 2 },
      y,
      // Without a scale a shape is drawn as it is: as the outline of a symbol.
      shape: { field: 'path', type: 'nominal', scale: null },
    },
  };
}

function readIcons(): Readonly<Record<string, { path: string } | undefined>> {
  return JSON.parse(fs.readFileSync(FILE, 'utf8'));
}
