// Pictures beside the records of LocNet: what they hold, and how they are read.
import { readArtifact } from './artifact';
import { type Check, check, list, object, text } from './check';
import { RECORDS, type RunRecord } from './record';

/** A few held-out images in the order of `classes`; all pictures are PNG in base64. */
export interface PaintedPictures {
  readonly classes: readonly string[];
  readonly images: readonly string[];
  /** Of networks that paint a map: the true one and theirs. Depth is bright where it is near. */
  readonly truth: readonly string[];
  readonly painted: readonly string[];
}

/** The same, of depth, with sketches of the same classes and Grad-CAM maps over them, for their class. */
export interface LocNetPictures extends Omit<PaintedPictures, 'truth'> {
  readonly depth: readonly string[];
  readonly sketches: readonly string[];
  readonly camShallow: readonly string[];
  readonly camDeep: readonly string[];
}

const base64 = list(text(/^[A-Za-z0-9+/]+=*$/, 'a picture in base64'));
const classes = list(text(/\S/, 'a class name'));

/** The pictures of a record of LocNet; null where it keeps none. Throws when the file is missing or not what the record says. */
export function readLocNetPictures(record: RunRecord, folder: string = RECORDS): LocNetPictures | null {
  const form: Check = object<LocNetPictures>({
    classes,
    images: base64,
    depth: base64,
    painted: base64,
    sketches: base64,
    camShallow: base64,
    camDeep: base64,
  });
  return readPictures(record, folder, form) as LocNetPictures | null;
}

/** What a network paints, from its record; null where it keeps no pictures. Throws likewise. */
export function readPaintedPictures(record: RunRecord, folder: string = RECORDS): PaintedPictures | null {
  const form: Check = object<PaintedPictures>({ classes, images: base64, truth: base64, painted: base64 });
  return readPictures(record, folder, form) as PaintedPictures | null;
}

function readPictures(record: RunRecord, folder: string, form: Check): unknown {
  const content = readArtifact(record, 'pictures.json', folder);
  if (content === null) return null;
  const pictures: unknown = JSON.parse(content.toString('utf8'));
  check(form, pictures, `the pictures of ${record.cell.id}`);
  return pictures;
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
