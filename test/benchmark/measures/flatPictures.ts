// A folder of pictures by class, each of one colour.
import * as fs from 'node:fs';
import * as path from 'node:path';
import sharp from 'sharp';

/** Writes `<root>/<class>/<class><number>.png` of 24 x 16 pixels for each colour of a class, and returns the root. */
export async function writeFlatPictures(
  root: string,
  classes: Readonly<Record<string, readonly string[]>>,
): Promise<string> {
  for (const [className, colours] of Object.entries(classes)) {
    fs.mkdirSync(path.join(root, className), { recursive: true });
    for (const [number, background] of colours.entries()) {
      const picture = sharp({ create: { width: 24, height: 16, channels: 3, background } });
      await picture.png().toFile(path.join(root, className, `${className}${number}.png`));
    }
  }
  return root;
}
