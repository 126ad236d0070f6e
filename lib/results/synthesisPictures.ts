// Pictures beside the records of texture-synthesis: what they hold, and how they are read.
import { readArtifact } from './artifact';
import { check, list, mapOf, object, text } from './check';
import { RECORDS, type RunRecord } from './record';

/** A few targets, and what was made of them; all pictures are PNG in base64, in the order of the targets. */
export interface SynthesisPictures {
  /** Their classes. */
  readonly targets: readonly string[];
  readonly images: readonly string[];
  /** By the name of the mode. */
  readonly made: Readonly<Record<string, readonly string[]>>;
}

/** The pictures of a record; null where it keeps none. Throws when the file is missing or not what the record says. */
export function readSynthesisPictures(record: RunRecord, folder: string = RECORDS): SynthesisPictures | null {
  const content = readArtifact(record, 'pictures.json', folder);
  if (content === null) return null;
  const pictures: unknown = JSON.parse(content.toString('utf8'));
  const base64 = list(text(/^[A-Za-z0-9+/]+=*$/, 'a picture in base64'));
  const form = { targets: list(text(/\S/, 'a name')), images: base64, made: mapOf(base64) };
  check(object<SynthesisPictures>(form), pictures, `the pictures of ${record.cell.id}`);
  return pictures as SynthesisPictures;
}
