// Pictures beside the records of few-shot-gan: what they hold, and how they are read.
import { readArtifact } from './artifact';
import { check, list, object, text } from './check';
import { RECORDS, type RunRecord } from './record';

/** All pictures are PNG in base64. */
export interface FewShotPictures {
  /** Generated images side by side, three in a row. */
  readonly sheet: string;
  /** A few of them, and for each the training image that is nearest to it by features. */
  readonly generated: readonly string[];
  readonly nearest: readonly string[];
}

const picture = text(/^[A-Za-z0-9+/]+=*$/, 'a picture in base64');

/** The pictures of a record; null where it keeps none. Throws when the file is missing or not what the record says. */
export function readFewShotPictures(record: RunRecord, folder: string = RECORDS): FewShotPictures | null {
  const content = readArtifact(record, 'pictures.json', folder);
  if (content === null) return null;
  const pictures: unknown = JSON.parse(content.toString('utf8'));
  const form = { sheet: picture, generated: list(picture), nearest: list(picture) };
  check(object<FewShotPictures>(form), pictures, `the pictures of ${record.cell.id}`);
  return pictures as FewShotPictures;
}
