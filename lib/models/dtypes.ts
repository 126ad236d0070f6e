// The number types of safetensors files that are read, each to float32.

/** Bytes an element has on disk, and how all of a tensor become float32. */
export interface Dtype {
  readonly bytes: number;
  read(data: DataView, count: number): Float32Array;
}

function each(bytes: number, read: (data: DataView, at: number) => number): Dtype {
  return {
    bytes,
    read: (data, count) => Float32Array.from({ length: count }, (_, i) => read(data, i * bytes)),
  };
}

const F32: Dtype = {
  bytes: 4,
  read(data, count) {
    const copy = new Uint8Array(4 * count);
    copy.set(new Uint8Array(data.buffer, data.byteOffset, copy.length));
    return new Float32Array(copy.buffer);
  },
};

const BF16: Dtype = {
  bytes: 2,
  read(data, count) {
    // The upper half of a float32.
    const words = Uint32Array.from({ length: count }, (_, i) => data.getUint16(2 * i, true) << 16);
    return new Float32Array(words.buffer);
  },
};

/** IEEE half precision: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** F16, BF16, F32, BOOL and integers of up to 16 bits keep their values; F64 and greater integers are rounded to float32, those of 64 bits by
 *  way of double precision. */
export const DTYPES: Readonly<Record<string, Dtype>> = {
  F64: each(8, (data, at) => data.getFloat64(at, true)),
  F32,
  F16: each(2, (data, at) => half(data.getUint16(at, true))),
  BF16,
  I64: each(8, (data, at) => Number(data.getBigInt64(at, true))),
  I32: each(4, (data, at) => data.getInt32(at, true)),
  I16: each(2, (data, at) => data.getInt16(at, true)),
  I8: each(1, (data, at) => data.getInt8(at)),
  U64: each(8, (data, at) => Number(data.getBigUint64(at, true))),
  U32: each(4, (data, at) => data.getUint32(at, true)),
  U16: each(2, (data, at) => data.getUint16(at, true)),
  U8: each(1, (data, at) => data.getUint8(at)),
  BOOL: each(1, (data, at) => (data.getUint8(at) === 0 ? 0 : 1)),
};
