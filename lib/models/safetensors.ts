// The safetensors file format, as huggingface/safetensors reads and writes it.
import * as fs from 'node:fs';
import { writeFileAtomic } from '../files';
import { DTYPES } from './dtypes';
import { type Entry, LENGTH_BYTES, readHeader, sizeOf } from './safetensorsHeader';

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

const ALIGNMENT = 8;

/** Writes float32 tensors and string metadata, atomically.
 *
 *  Layout: 8 bytes header length (little-endian), JSON header padded to 8 bytes, then the values, in the order given.
 *  Throws on a duplicate name and on data that does not fill its shape, naming file and tensor. */
export function writeSafetensors(
  file: string,
  tensors: readonly StoredTensor[],
  metadata: Readonly<Record<string, string>> = {},
): void {
  const entries = new Map<string, object>([['__metadata__', metadata]]);
  let end = 0;
  for (const { name, shape, data } of tensors) {
    if (entries.has(name)) throw new Error(`Cannot write ${file}: two tensors are called "${name}".`);
    if (data.length !== sizeOf(shape)) {
      throw new Error(
        `Cannot write ${file}: tensor "${name}" of shape [${shape}] needs ${sizeOf(shape)} values, got ${data.length}.`,
      );
    }
    const begin = end;
    end += data.byteLength;
    entries.set(name, { dtype: 'F32', shape: [...shape], data_offsets: [begin, end] });
  }
  writeFileAtomic(file, Buffer.concat([encodeHeader(entries), ...tensors.map(({ data }) => bytesOf(data))]));
}

/** Reads a whole file; values of every readable type become float32 (`dtypes.ts` says which are rounded).
 *
 *  Throws, naming the file and where possible the tensor, on a missing or truncated file and on whatever the format forbids. */
export function readSafetensors(file: string): SafetensorsFile {
  const bytes = readBytes(file);
  const { entries, metadata, dataStart } = readHeader(file, bytes);
  const data = bytes.subarray(dataStart);
  const tensors = entries.map(
    (entry) => [entry.name, { name: entry.name, shape: entry.shape, data: decode(entry, data) }] as const,
  );
  return { tensors: new Map(tensors), metadata };
}

function decode({ dtype, shape, begin, end }: Entry, data: Buffer): Float32Array {
  const view = new DataView(data.buffer, data.byteOffset + begin, end - begin);
  return DTYPES[dtype].read(view, sizeOf(shape));
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

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
