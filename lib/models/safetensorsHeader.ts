// The header of a safetensors file, held to every rule of the format: what is refused is refused for its true reason.
import { DTYPES } from './dtypes';

/** What the header says of a tensor. */
export interface Entry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** From the first byte of the values, and to the one after the last. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly entries: readonly Entry[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Place of the first byte of the values. */
  readonly dataStart: number;
}

export const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 100_000_000;

/** Reads and checks the header of a file's bytes: a JSON object, starting with `{`, without a name twice; metadata of text alone; for
 *  each tensor a dtype, shape and range that agree; ranges that follow one another without overlaps or holes, to the end.
 *
 *  Throws, naming the file and where possible the tensor. Only of a file that is cut it says to fetch it again. */
export function readHeader(file: string, bytes: Buffer): Header {
  const { json, dataStart } = headerText(file, bytes);
  const { __metadata__: metadata = {}, ...tensors } = parseHeader(file, json);
  requireText(file, metadata);
  const entries = Object.entries(tensors).map(([name, value]) => checkEntry(file, name, value));
  requireCovered(file, entries, bytes.length - dataStart);
  return { entries, metadata, dataStart };
}

function headerText(file: string, bytes: Buffer): { json: string; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) throw cut(file, `it has ${bytes.length} bytes, too few for any header`);
  const length = bytes.readBigUInt64LE(0);
  if (length > MAX_HEADER_BYTES)
    throw wrong(file, 'it does not begin with a header length, so it is another kind of file');
  const dataStart = LENGTH_BYTES + Number(length);
  // Another kind of file may begin with what reads as a length, but hardly with a brace after it.
  if (bytes.length > LENGTH_BYTES && bytes[LENGTH_BYTES] !== '{'.charCodeAt(0))
    throw wrong(file, 'its header is not a JSON object: it does not begin with "{"');
  if (dataStart > bytes.length)
    throw cut(file, `it ends inside its header (${bytes.length} of at least ${dataStart} bytes)`);
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    return { json: decoder.decode(bytes.subarray(LENGTH_BYTES, dataStart)), dataStart };
  } catch {
    throw wrong(file, 'its header is not a JSON object: it is not UTF-8 text');
  }
}

function parseHeader(file: string, json: string): Record<string, unknown> {
  let header: unknown;
  try {
    header = JSON.parse(json);
  } catch {
    // Reported below, like any other header that is no JSON object.
  }
  if (!isObject(header)) throw wrong(file, 'its header is not a JSON object');
  const repeated = repeatedKey(json);
  if (repeated !== undefined) throw wrong(file, `its header has the name "${repeated}" twice`);
  return header;
}

/** A key that one object of valid JSON has twice: `JSON.parse` would silently keep the last. */
function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, text, colon] of json.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}]/g)) {
    if (token === '{') open.push(new Set());
    else if (token === '}') open.pop();
    else if (colon !== undefined) {
      const key = JSON.parse(text) as string;
      if (open.at(-1)?.has(key)) return key;
      open.at(-1)?.add(key);
    }
  }
  return undefined;
}

function requireText(file: string, metadata: unknown): asserts metadata is Record<string, string> {
  if (!isObject(metadata)) throw wrong(file, 'its "__metadata__" is not an object of texts');
  const other = Object.entries(metadata).find(([, value]) => typeof value !== 'string');
  if (other !== undefined) {
    throw wrong(file, `its metadata "${other[0]}" is ${JSON.stringify(other[1])}; metadata hold text alone`);
  }
}

function checkEntry(file: string, name: string, value: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = Object(value) as Record<string, unknown>;
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw wrong(file, `tensor "${name}" has no proper shape and offsets`);
  }
  if (typeof dtype !== 'string' || !Object.hasOwn(DTYPES, dtype)) {
    const readable = Object.keys(DTYPES).join(', ');
    throw new Error(
      `${file} cannot be read: tensor "${name}" has dtype ${dtype}, readable are ${readable}. Convert it, e.g. with PyTorch: tensor.float().`,
    );
  }
  const [begin, end] = offsets;
  const needed = sizeOf(shape) * DTYPES[dtype].bytes;
  if (end - begin !== needed) {
    throw wrong(file, `tensor "${name}" of shape [${shape}] needs ${needed} bytes, has ${end - begin}`);
  }
  return { name, dtype, shape, begin, end };
}

/** Every byte of the values belongs to exactly one tensor. */
function requireCovered(file: string, entries: readonly Entry[], available: number): void {
  const inOrder = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let covered = 0;
  let before = 'the header';
  for (const { name, begin, end } of inOrder) {
    if (begin < covered) {
      throw wrong(file, `tensors "${before}" and "${name}" overlap: both have byte ${begin} of the values`);
    }
    if (begin > covered) {
      throw wrong(
        file,
        `bytes ${covered} to ${begin - 1} of the values, before tensor "${name}", belong to no tensor`,
      );
    }
    covered = end;
    before = name;
  }
  if (covered > available) {
    throw cut(
      file,
      `it is truncated: tensor "${before}" ends at byte ${covered} of the values, there are ${available}`,
    );
  }
  if (covered < available) {
    throw wrong(
      file,
      `the header describes ${covered} bytes of values, the file has ${available}: the last ${available - covered} belong to no tensor`,
    );
  }
}

/** Elements of a tensor of this shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isSafeInteger(count) && count >= 0);
}

function wrong(file: string, reason: string): Error {
  return new Error(`${file} is not a proper safetensors file: ${reason}.`);
}

function cut(file: string, reason: string): Error {
  return new Error(`${file} is not a complete safetensors file: ${reason}. Delete it or fetch it again.`);
}
