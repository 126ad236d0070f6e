// Any text as the name of a file.
import { createHash } from 'node:crypto';

const LONGEST = 60;
/** Names that Windows keeps for itself. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/;
/** What the names of other texts end in. */
const MARK = /-[0-9a-f]{8}$/;

/** A file name (without ending) for any text: lower-case letters, digits and single hyphens, at most 70 characters. The same text always
 *  gives the same name, whatever other names there are; different texts give different ones, on file systems that ignore case too:
 *  where anything of the text is lost, its hash stands at the end. `resnet50` stays, `ViT-B/16` becomes `vit-b-16-` and eight digits. */
export function fileNameOf(text: string): string {
  const plain = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST)
    .replace(/^-|-$/g, '');
  if (plain === text && plain !== '' && !RESERVED.test(plain) && !MARK.test(plain)) return plain;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return plain === '' ? `name-${hash}` : `${plain}-${hash}`;
}
