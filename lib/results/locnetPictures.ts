// Pictures beside the records of LocNet: what they hold, and how they are read.
import { readArtifact } from './artifact';
import { check, list, object, text } from './check';
import { RECORDS, type RunRecord } from './record';

/** A few images of each kind, in the order of `classes`; each a PNG in base64. */
export interface LocNetPictures {
  readonly classes: readonly string[];
  /** Held-out images, and of networks that paint depth: the true map and theirs. Near is bright. */
  readonly images: readonly string[];
  readonly depth: readonly string[];
  readonly painted: readonly string[];
  /** Sketches, and Grad-CAM maps over them, for their class. */
  readonly sketches: readonly string[];
  readonly camShallow: readonly string[];
  readonly camDeep: readonly string[];
}

const base64 = list(text(/^[A-Za-z0-9+/]+=*$/, 'a picture in base64'));

/** The pictures of a record; null where it keeps none. Throws when the file is missing or not what the record says. */
export function readLocNetPictures(record: RunRecord, folder: string = RECORDS): LocNetPictures | null {
  const content = readArtifact(record, 'pictures.json', folder);
  if (content === null) return null;
  const pictures: unknown = JSON.parse(content.toString('utf8'));
  const classes = list(text(/\S/, 'a class name'));
  check(
    object<LocNetPictures>({
      classes,
      images: base64,
      depth: base64,
      painted: base64,
      sketches: base64,
      camShallow: base64,
      camDeep: base64,
    }),
    pictures,
    `the pictures of ${record.cell.id}`,
  );
  return pictures as LocNetPictures;
}

/** Columns of the steps of a record: `step`, `learningRate`, each term and each term's weight; null where it keeps none. */
export function readSteps(
  record: RunRecord,
  folder: string = RECORDS,
): Readonly<Record<string, number[]>> | null {
  const content = readArtifact(record, 'steps.csv', folder);
  if (content === null) return null;
  const [header, ...rows] = content.toString('utf8').trim().split('\n');
  const values = rows.map((row) => row.split(',').map(Number));
  return Object.fromEntries(
    header.split(',').map((name, column) => [name, values.map((row) => row[column])]),
  );
}
