// The fonts that pictures are drawn with: brought along, so that a PNG is the same on every machine.
import { fromRoot } from '../files';

/** Names the repository's fonts to the library that draws text, which looks there when it draws its first letter. Idempotent;
 *  a FONTCONFIG_FILE of the environment goes before. */
export function useOwnFonts(): void {
  process.env.FONTCONFIG_FILE ??= fromRoot('data', 'fonts', 'fonts.conf');
}
