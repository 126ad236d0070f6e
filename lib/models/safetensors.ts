// The safetensors file format, as huggingface/safetensors reads and writes it.
import * as fs from 'node:fs';
import { writeFileAtomic } from '../files';

/** Numbers with a name and a shape, row-major. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface Entry {
  dtype: string;
  shape: number[];
  data_offsets: [begin: number, end: number];
}

const LENGTH_BYTES = 8;
const ALIGNMENT = 8;
const MAX_HEADER_BYTES = 100_000_000;

/** Bytes an element has on disk, and how to read one. */
const DTYPES: Readonly<Record<string, { bytes: number; read(view: DataView, at: number): number }>> = {
  F64: { bytes: 8, read: (view, at) => view.getFloat64(at, true) },
  F32: { bytes: 4, read: (view, at) => view.getFloat32(at, true) },
  I64: { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) },
  I32: { bytes: 4, read: (view, at) => view.getInt32(at, true) },
};

/** Writes float32 tensors and string metadata, atomically.
 *
 *  Layout: 8 bytes header length (little-endian), JSON header padded to 8 bytes, then the values, in the order given.
 *  Throws on a duplicate name and on data that does not fill its shape, naming file and tensor. */
export function writeSafetensors(
  file: string,
  tensors: readonly StoredTensor[],
  metadata: Readonly<Record<string, string>> = {},
): void {
  const entries = new Map<string, Entry | Readonly<Record<string, string>>>([['__metadata__', metadata]]);
  let end = 0;
  for (const { name, shape, data } of tensors) {
    if (entries.has(name)) throw new Error(`Cannot write ${file}: two tensors are called "${name}".`);
    if (data.length !== size(shape)) {
      throw new Error(
        `Cannot write ${file}: tensor "${name}" of shape [${shape}] needs ${size(shape)} values, got ${data.length}.`,
      );
    }
    const begin = end;
    end += data.byteLength;
    entries.set(name, { dtype: 'F32', shape: [...shape], data_offsets: [begin, end] });
  }
  writeFileAtomic(file, Buffer.concat([encodeHeader(entries), ...tensors.map(({ data }) => bytesOf(data))]));
}

/** Reads a whole file; F64, I32 and I64 values become float32.
 *
 *  Throws, naming the file and where possible the tensor, on a missing or truncated file, a header that is not JSON, an
 *  unknown dtype, and offsets that do not fit shape or file. */
export function readSafetensors(file: string): SafetensorsFile {
  const bytes = readBytes(file);
  const { header, dataStart } = decodeHeader(file, bytes);
  const { __metadata__: metadata = {}, ...entries } = header;
  const data = bytes.subarray(dataStart);
  const tensors = new Map<string, StoredTensor>();
  let used = 0;
  for (const [name, value] of Object.entries(entries)) {
    const entry = checkEntry(file, name, value, data.length);
    used = Math.max(used, entry.data_offsets[1]);
    tensors.set(name, { name, shape: entry.shape, data: decode(entry, data) });
  }
  if (used !== data.length) {
    throw broken(file, `the header describes ${used} bytes of values, the file has ${data.length}`);
  }
  return { tensors, metadata: metadata as Record<string, string> };
}

function encodeHeader(entries: ReadonlyMap<string, object>): Buffer {
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  const header = Buffer.alloc(LENGTH_BYTES + padded, ' ');
  header.writeBigUInt64LE(BigInt(padded), 0);
  json.copy(header, LENGTH_BYTES);
  return header;
}

function readBytes(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw new Error(`Cannot read weights: ${(error as Error).message}.`);
  }
}

function decodeHeader(file: string, bytes: Buffer): { header: Record<string, unknown>; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) throw broken(file, `it has ${bytes.length} bytes, too few for any header`);
  const length = Number(bytes.readBigUInt64LE(0));
  if (length > MAX_HEADER_BYTES) throw broken(file, 'it does not begin with a header length');
  const dataStart = LENGTH_BYTES + length;
  if (dataStart > bytes.length) {
    throw broken(file, `it ends inside its header (${bytes.length} of at least ${dataStart} bytes)`);
  }
  try {
    const header: unknown = JSON.parse(bytes.toString('utf8', LENGTH_BYTES, dataStart));
    if (typeof header === 'object' && header !== null && !Array.isArray(header)) {
      return { header: header as Record<string, unknown>, dataStart };
    }
  } catch {
    // Reported below, like any other header that is no JSON object.
  }
  throw broken(file, 'its header is not a JSON object');
}

function checkEntry(file: string, name: string, value: unknown, available: number): Entry {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  if (!isCounts(shape) || !isCounts(offsets) || offsets.length !== 2) {
    throw broken(file, `tensor "${name}" has no proper shape and offsets`);
  }
  if (dtype === undefined || !(dtype in DTYPES)) {
    throw broken(file, `tensor "${name}" has dtype ${dtype}, readable are ${Object.keys(DTYPES).join(', ')}`);
  }
  const [begin, end] = offsets;
  const needed = size(shape) * DTYPES[dtype].bytes;
  if (end - begin !== needed) {
    throw broken(file, `tensor "${name}" of shape [${shape}] needs ${needed} bytes, has ${end - begin}`);
  }
  if (end > available) {
    throw broken(
      file,
      `it is truncated: tensor "${name}" ends at byte ${end} of the values, there are ${available}`,
    );
  }
  return { dtype, shape, data_offsets: [begin, end] };
}

function decode({ dtype, shape, data_offsets: [begin, end] }: Entry, data: Buffer): Float32Array {
  const { bytes, read } = DTYPES[dtype];
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  return Float32Array.from({ length: size(shape) }, (_, i) => read(view, i * bytes));
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((count) => Number.isInteger(count) && count >= 0);
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function broken(file: string, reason: string): Error {
  return new Error(`${file} is not a complete safetensors file: ${reason}. Delete it or fetch it again.`);
}
