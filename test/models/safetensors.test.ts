// Files of every kind against the rules of the format, and against the package `safetensors` as peer.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { test } from 'node:test';
import { fromRoot } from '../../lib/files';
import { readSafetensors, writeSafetensors } from '../../lib/models/safetensors';
import { pythonWith } from '../python';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-safetensors-'));
test.after(() => fs.rmSync(folder, { recursive: true }));

interface Part {
  dtype?: unknown;
  shape?: unknown;
  data_offsets?: unknown;
}

/** A file with this header, as text or as an object, and these values. */
function craft(
  name: string,
  header: string | Buffer | Record<string, Part | object>,
  values: Buffer,
): string {
  const text = Buffer.isBuffer(header)
    ? header
    : Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const file = path.join(folder, `${name}.safetensors`);
  fs.writeFileSync(file, Buffer.concat([length, text, values]));
  return file;
}

const part = (dtype: string, shape: number[], begin: number, end: number): Part => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

function values(file: string, name = 'a'): number[] {
  return Array.from(readSafetensors(file).tensors.get(name)!.data);
}

test('half precision: normal, subnormal, signed zero, infinite, not a number; 65,536 of them by the definition', () => {
  const data = Buffer.alloc(2 * 65536);
  for (let bits = 0; bits < 65536; bits++) data.writeUInt16LE(bits, 2 * bits);
  const file = craft('half', { a: part('F16', [65536], 0, data.length) }, data);
  const read = values(file);
  assert.deepEqual(
    [0x3c00, 0xc000, 0x7bff, 0x0001, 0x8001, 0x0400, 0x03ff, 0x3555, 0x7c00, 0xfc00].map(
      (bits) => read[bits],
    ),
    [1, -2, 65504, 2 ** -24, -(2 ** -24), 2 ** -14, 1023 * 2 ** -24, 0.333251953125, Infinity, -Infinity],
  );
  assert.ok(Object.is(read[0x8000], -0) && Object.is(read[0], 0));
  assert.ok(read.slice(0x7c01, 0x8000).every(Number.isNaN) && read.slice(0xfc01).every(Number.isNaN));
  for (let bits = 1; bits < 0x7c00; bits++) assert.ok(read[bits] > read[bits - 1], 'ascending');
});

test('bfloat16 is the upper half of float32', () => {
  const file = craft(
    'brain',
    { a: part('BF16', [5], 0, 10) },
    Buffer.from(Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x7f80, 0x4049).buffer),
  );
  const smallest = new Float32Array(Uint32Array.of(0x10000).buffer)[0];
  assert.deepEqual(values(file), [1, -2, smallest, Infinity, 3.140625]);
});

test('whole numbers and truth values', () => {
  const cases: [dtype: string, data: ArrayBufferView, expected: number[]][] = [
    ['U8', Uint8Array.of(0, 255), [0, 255]],
    ['I8', Int8Array.of(-128, 127), [-128, 127]],
    ['U16', Uint16Array.of(0, 65535), [0, 65535]],
    ['I16', Int16Array.of(-32768, 32767), [-32768, 32767]],
    ['U32', Uint32Array.of(7, 2 ** 31), [7, 2 ** 31]],
    ['I32', Int32Array.of(-7, 2 ** 24 + 1), [-7, 2 ** 24]],
    ['U64', BigUint64Array.of(3n, 2n ** 63n), [3, 2 ** 63]],
    ['I64', BigInt64Array.of(-3n, 5n), [-3, 5]],
    ['BOOL', Uint8Array.of(1, 0), [1, 0]],
    ['F64', Float64Array.of(0.5, 0.1), [0.5, Math.fround(0.1)]],
  ];
  for (const [dtype, data, expected] of cases) {
    const bytes = Buffer.from(data.buffer);
    assert.deepEqual(values(craft(dtype, { a: part(dtype, [2], 0, bytes.length) }, bytes)), expected, dtype);
  }
});

test('float32 at an odd place in the file, an empty tensor and a scalar', () => {
  const floats = Buffer.from(Float32Array.of(1.5, -2).buffer);
  const header = {
    flag: part('BOOL', [1], 0, 1),
    a: part('F32', [2], 1, 9),
    none: part('F32', [0, 3], 9, 9),
    scalar: part('U8', [], 9, 10),
  };
  const file = craft('odd', header, Buffer.concat([Buffer.of(1), floats, Buffer.of(7)]));
  assert.deepEqual(values(file), [1.5, -2]);
  assert.deepEqual(values(file, 'none'), []);
  assert.deepEqual(values(file, 'scalar'), [7]);
  assert.deepEqual(readSafetensors(file).tensors.get('none')!.shape, [0, 3]);
});

const FOUR = Buffer.alloc(4);
const EIGHT = Buffer.alloc(8);
const good = part('F32', [1], 0, 4);

/** What the format forbids, with the reason that is named. A cut file alone is to be fetched again. */
const FORBIDDEN: [name: string, header: Parameters<typeof craft>[1], values: Buffer, message: RegExp][] = [
  ['overlap', { a: good, b: part('F32', [1], 2, 6) }, EIGHT, /tensors "a" and "b" overlap: both have byte 2/],
  ['same', { a: good, b: good }, FOUR, /tensors "a" and "b" overlap/],
  [
    'hole',
    { a: good, b: part('F32', [1], 6, 10) },
    Buffer.alloc(10),
    /bytes 4 to 5 .*before tensor "b", belong to no tensor/,
  ],
  [
    'hole at the start',
    { a: part('F32', [1], 4, 8) },
    EIGHT,
    /bytes 0 to 3 .*before tensor "a", belong to no/,
  ],
  ['rest', { a: good }, EIGHT, /describes 4 bytes of values, the file has 8: the last 4 belong to no tensor/],
  ['values alone', {}, FOUR, /describes 0 bytes of values, the file has 4/],
  [
    'twice',
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    FOUR,
    /the name "a" twice/,
  ],
  [
    'twice, escaped',
    '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    FOUR,
    /the name "a" twice/,
  ],
  [
    'field twice',
    '{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    FOUR,
    /the name "dtype" twice/,
  ],
  [
    'metadata twice',
    '{"__metadata__":{},"__metadata__":{},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    FOUR,
    /the name "__metadata__" twice/,
  ],
  [
    'number as metadata',
    { __metadata__: { epochs: 5 }, a: good },
    FOUR,
    /its metadata "epochs" is 5; metadata hold text alone/,
  ],
  ['list as metadata', { __metadata__: ['x'], a: good }, FOUR, /"__metadata__" is not an object of texts/],
  [
    'space before',
    ' {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
    FOUR,
    /does not begin with "\{"/,
  ],
  ['no object', '"text"', FOUR, /is not a JSON object/],
  ['no JSON', '{"a": ', FOUR, /is not a JSON object/],
  ['no UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), FOUR, /not UTF-8/],
  ['unknown type', { a: part('F9', [1], 0, 4) }, FOUR, /"a" has dtype F9, readable are F64, .*Convert it/],
  ['type of the prototype', { a: part('toString', [1], 0, 4) }, FOUR, /"a" has dtype toString, readable are/],
  ['no type', { a: { shape: [1], data_offsets: [0, 4] } }, FOUR, /"a" has dtype undefined/],
  ['negative length', { a: part('F32', [-1], 0, 4) }, FOUR, /"a" has no proper shape/],
  ['broken offset', { a: part('F32', [1], 0, 4.5) }, FOUR, /"a" has no proper shape and offsets/],
  [
    'more bytes than the shape',
    { a: part('F32', [1], 0, 8) },
    EIGHT,
    /"a" of shape \[1\] needs 4 bytes, has 8/,
  ],
  ['end before begin', { a: part('F32', [1], 4, 0) }, FOUR, /"a" of shape \[1\] needs 4 bytes, has -4/],
  ['overflow', { a: part('F32', [2 ** 40, 2 ** 40], 0, 4) }, FOUR, /"a" of shape .* needs .* bytes, has 4/],
  [
    'three offsets',
    { a: { dtype: 'F32', shape: [1], data_offsets: [0, 2, 4] } },
    FOUR,
    /no proper shape and offsets/,
  ],
  ['null', { a: null as unknown as object }, FOUR, /"a" has no proper shape/],
];

for (const [name, header, bytes, message] of FORBIDDEN) {
  test(`refused for its true reason: ${name}`, () => {
    const file = craft(name.replace(/\W/g, '-'), header, bytes);
    assert.throws(
      () => readSafetensors(file),
      (error: Error) => {
        assert.match(error.message, message);
        assert.ok(error.message.startsWith(file), error.message);
        assert.doesNotMatch(error.message, /fetch it again/i);
        return true;
      },
    );
  });
}

test('a file that is cut is to be fetched again, wherever it ends', () => {
  const whole = fs.readFileSync(craft('whole', { a: part('F32', [2], 0, 8) }, EIGHT));
  const file = path.join(folder, 'cut.safetensors');
  for (let length = 0; length < whole.length; length++) {
    fs.writeFileSync(file, whole.subarray(0, length));
    assert.throws(
      () => readSafetensors(file),
      /cut\.safetensors is not a complete .*fetch it again/,
      `${length}`,
    );
  }
});

test('ranges may stand in any order, empty ones anywhere between; braces and colons in names are text', () => {
  const header = {
    'b{:"}': part('U8', [2], 1, 3),
    none: part('U8', [0], 1, 1),
    a: part('U8', [1], 0, 1),
    late: part('U8', [0], 3, 3),
  };
  const file = craft('order', header, Buffer.of(1, 2, 3));
  assert.deepEqual(values(file), [1]);
  assert.deepEqual(values(file, 'b{:"}'), [2, 3]);
  assert.equal(readSafetensors(file).tensors.size, 4);
  assert.equal(readSafetensors(craft('nothing', {}, Buffer.alloc(0))).tensors.size, 0);
});

test('another kind of file is called so, whatever its first bytes say', () => {
  const file = path.join(folder, 'other.safetensors');
  fs.writeFileSync(file, Buffer.from('PK\x03\x04 a zip archive, as torch.save makes'));
  assert.throws(
    () => readSafetensors(file),
    /does not begin with a header length, so it is another kind of file/,
  );
  const limit = Buffer.alloc(9, '{');
  limit.writeBigUInt64LE(100_000_000n);
  fs.writeFileSync(file, limit);
  assert.throws(() => readSafetensors(file), /ends inside its header \(9 of at least 100000008 bytes\)/);
  limit.writeBigUInt64LE(100_000_001n);
  fs.writeFileSync(file, limit);
  assert.throws(() => readSafetensors(file), /another kind of file/);
  assert.throws(
    () => readSafetensors(path.join(folder, 'absent.safetensors')),
    /Cannot read weights: .*ENOENT/,
  );
});

test('a written file has the layout of the format, and is read as it was', () => {
  const file = path.join(folder, 'written.safetensors');
  const tensors = [
    { name: 'a', shape: [2, 1], data: Float32Array.of(1.5, -2) },
    { name: 'b', shape: [], data: Float32Array.of(7) },
  ];
  writeSafetensors(file, tensors, { format: 'pt' });
  const bytes = fs.readFileSync(file);
  const length = Number(bytes.readBigUInt64LE(0));
  assert.equal(length % 8, 0);
  assert.equal(bytes.length, 8 + length + 12);
  assert.deepEqual(JSON.parse(bytes.toString('utf8', 8, 8 + length)), {
    __metadata__: { format: 'pt' },
    a: { dtype: 'F32', shape: [2, 1], data_offsets: [0, 8] },
    b: { dtype: 'F32', shape: [], data_offsets: [8, 12] },
  });
  const { tensors: read, metadata } = readSafetensors(file);
  assert.deepEqual([...read.values()], tensors);
  assert.deepEqual(metadata, { format: 'pt' });
  const refused = path.join(folder, 'refused.safetensors');
  assert.throws(() => writeSafetensors(refused, [tensors[0], tensors[0]]), /two tensors are called "a"/);
  const short = { ...tensors[0], shape: [3] };
  assert.throws(() => writeSafetensors(refused, [short]), /"a" of shape \[3\] needs 3 values, got 2/);
  assert.ok(!fs.existsSync(refused));
});

test('names that are special elsewhere are names', () => {
  const header =
    '{"__proto__":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"constructor":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}';
  const file = craft('names', header, Buffer.of(5, 6));
  assert.deepEqual([...readSafetensors(file).tensors.keys()].sort(), ['__proto__', 'constructor']);
  assert.deepEqual(values(file, '__proto__'), [5]);
});

test('the files that failed once', () => {
  const at = (name: string): string => fromRoot('test', 'fixtures', 'safetensors', `${name}.safetensors`);
  assert.throws(() => readSafetensors(at('overlap')), /overlap/);
  assert.throws(() => readSafetensors(at('hole')), /belong to no tensor/);
  assert.throws(() => readSafetensors(at('dup')), /twice/);
  assert.throws(() => readSafetensors(at('badmeta')), /metadata hold text alone/);
  for (const name of ['f16', 'bf16']) assert.ok(values(at(name)).every(Number.isFinite), name);
});

const PEER = `
import json, sys
from safetensors import safe_open
answers = {}
for file in sys.argv[1:]:
    try:
        with safe_open(file, "pt") as opened:
            answers[file] = {name: opened.get_tensor(name).double().flatten().tolist() for name in opened.keys()}
    except Exception as error:
        answers[file] = None
print(json.dumps(answers))
`;

test('the package of Hugging Face reads the same values, and refuses what we refuse but for two rules of the format', (context) => {
  const python = pythonWith('safetensors, torch');
  if (!python) return context.skip('needs a Python with safetensors and torch (GESTALT_PYTHON or .venv)');
  const files = [
    ...FORBIDDEN.map(([name, header, bytes]) => craft(`peer-${name.replace(/\W/g, '-')}`, header, bytes)),
    ...['f16', 'bf16'].map((name) => fromRoot('test', 'fixtures', 'safetensors', `${name}.safetensors`)),
    craft('peer-good', { a: good, b: part('I16', [2], 4, 8) }, Buffer.from([0, 0, 128, 63, 1, 0, 255, 255])),
  ];
  const { stdout, stderr } = spawnSync(python, ['-c', PEER, ...files], { encoding: 'utf8' });
  assert.ok(stdout.startsWith('{'), stderr);
  const peer = JSON.parse(stdout) as Record<string, Record<string, number[]> | null>;
  const more: string[] = [];
  for (const file of files) {
    let ours: Record<string, number[]> | null = null;
    try {
      ours = Object.fromEntries(
        [...readSafetensors(file).tensors].map(([name, { data }]) => [name, [...data]]),
      );
    } catch {
      // Refused.
    }
    if (ours === null && peer[file] !== null) more.push(path.basename(file, '.safetensors'));
    else assert.deepEqual(ours, peer[file], file);
  }
  // Of two equal names its parser takes the last, and it skips space before the brace; the format forbids both.
  assert.deepEqual(more, ['peer-twice', 'peer-twice--escaped', 'peer-space-before']);
});
