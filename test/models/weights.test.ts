import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { buildModel } from '../../lib/models/build';
import {
  exportWeights,
  loadWeights,
  readSafetensors,
  type StoredTensor,
  writeSafetensors,
} from '../../lib/models/weights';
import { onEngines } from '../onEngines';
import { pythonWith } from '../python';
import { assertClose } from '../reference';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-weights-'));
after(() => fs.rmSync(folder, { recursive: true }));
const inFolder = (name: string) => path.join(folder, name);

const TINY = { architecture: 'resnet18', width: 2, inputSize: 32 };
const PAIR: StoredTensor[] = [
  { name: 'a.weight', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  { name: 'scalar', shape: [], data: Float32Array.of(-0.5) },
];

onEngines('weights survive the way through a file', async () => {
  const file = inFolder('model.safetensors');
  const [model, copy] = [buildModel(TINY, 1), buildModel({ ...TINY, activation: 'topk' }, 2)];
  writeSafetensors(file, await exportWeights(model), { seed: '1' });
  const { tensors, metadata } = readSafetensors(file);
  loadWeights(copy, tensors, file);
  const original = [...model.parameters(), ...model.buffers()];
  for (const [i, { name, variable }] of [...copy.parameters(), ...copy.buffers()].entries()) {
    assert.equal(name, original[i].name);
    assertClose(variable, original[i].variable, name, 0);
  }
  assert.deepEqual(metadata, { seed: '1' });
  model.dispose();
  copy.dispose();
});

onEngines('files hold the layout of PyTorch', async () => {
  const model = buildModel(TINY, 1);
  const exported = new Map((await exportWeights(model)).map((tensor) => [tensor.name, tensor]));
  tf.tidy(() => {
    const [convolution] = model.parameters();
    const { shape, data } = exported.get('conv1.weight')!;
    assert.deepEqual(shape, [2, 3, 3, 3]);
    assertClose(tf.tensor(data, [2, 3, 3, 3]), tf.transpose(convolution.variable, [3, 2, 0, 1]), 'conv1', 0);
    const classifier = model.parameters().find(({ name }) => name === 'fc.weight')!.variable;
    assert.deepEqual(exported.get('fc.weight')!.shape, [10, 16]);
    assertClose(tf.tensor(exported.get('fc.weight')!.data, [10, 16]), tf.transpose(classifier), 'fc', 0);
  });
  model.dispose();
});

test('the file format is that of safetensors, to the byte', () => {
  const file = inFolder('pair.safetensors');
  writeSafetensors(file, PAIR, { format: 'pt' });
  const bytes = fs.readFileSync(file);
  const length = Number(bytes.readBigUInt64LE(0));
  assert.equal(length % 8, 0);
  assert.deepEqual(JSON.parse(bytes.toString('utf8', 8, 8 + length)), {
    __metadata__: { format: 'pt' },
    'a.weight': { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
    scalar: { dtype: 'F32', shape: [], data_offsets: [24, 28] },
  });
  assert.equal(bytes.readFloatLE(8 + length + 24), -0.5);
  assert.equal(bytes.length, 8 + length + 28);
});

test('other number types are read as float32', () => {
  const file = inFolder('types.safetensors');
  const values = Buffer.alloc(20);
  values.writeDoubleLE(0.1, 0);
  values.writeBigInt64LE(-7n, 8);
  values.writeInt32LE(3, 16);
  const header = JSON.stringify({
    f64: { dtype: 'F64', shape: [1, 1], data_offsets: [0, 8] },
    i64: { dtype: 'I64', shape: [1], data_offsets: [8, 16] },
    i32: { dtype: 'I32', shape: [], data_offsets: [16, 20] },
  });
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  fs.writeFileSync(file, Buffer.concat([length, Buffer.from(header), values]));
  const { tensors, metadata } = readSafetensors(file);
  assert.deepEqual(tensors.get('f64'), { name: 'f64', shape: [1, 1], data: Float32Array.of(0.1) });
  assert.deepEqual(tensors.get('i64')!.data, Float32Array.of(-7));
  assert.deepEqual(tensors.get('i32')!.data, Float32Array.of(3));
  assert.deepEqual(metadata, {});
});

test('Python reads what we write', (context) => {
  const python = pythonWith('safetensors');
  if (!python) return context.skip('needs a Python with the package safetensors (GESTALT_PYTHON or .venv)');
  const file = inFolder('ours.safetensors');
  writeSafetensors(file, PAIR, { format: 'pt' });
  const script = [
    'import struct, sys',
    'from safetensors import deserialize',
    'tensors = dict(deserialize(open(sys.argv[1], "rb").read()))',
    'assert tensors["a.weight"]["shape"] == [2, 3] and tensors["a.weight"]["dtype"] == "F32"',
    'assert struct.unpack("<6f", tensors["a.weight"]["data"]) == (1, 2, 3, 4, 5, 6)',
    'assert tensors["scalar"]["shape"] == [] and struct.unpack("<f", tensors["scalar"]["data"]) == (-0.5,)',
  ].join('\n');
  const { status, stderr } = spawnSync(python, ['-c', script, file], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
});

test('damaged files are refused, naming file and tensor', () => {
  const file = inFolder('damaged.safetensors');
  writeSafetensors(file, PAIR);
  const good = fs.readFileSync(file);
  const refused = (bytes: Uint8Array, message: RegExp) => {
    fs.writeFileSync(file, bytes);
    assert.throws(() => readSafetensors(file), message);
    assert.throws(() => readSafetensors(file), /damaged\.safetensors/);
  };
  const withHeader = (header: string) => {
    const bytes = Buffer.alloc(8 + header.length);
    bytes.writeBigUInt64LE(BigInt(header.length));
    bytes.write(header, 8);
    return Buffer.concat([bytes, Buffer.alloc(8)]);
  };
  const entry = (shape: number[], end: number, dtype = 'F32') =>
    withHeader(JSON.stringify({ w: { dtype, shape, data_offsets: [0, end] } }));

  refused(good.subarray(0, 5), /5 bytes, too few/);
  refused(good.subarray(0, 40), /ends inside its header/);
  refused(good.subarray(0, good.length - 3), /truncated: tensor "scalar"/);
  refused(Buffer.concat([good, Buffer.alloc(4)]), /describes 28 bytes of values, the file has 32/);
  refused(Buffer.from('PK\x03\x04 a zip archive, as torch.save makes'), /not begin with a header length/);
  refused(withHeader('{"w": '), /header is not a JSON object/);
  refused(withHeader('[1]'), /header is not a JSON object/);
  refused(entry([2], 4), /tensor "w" of shape \[2\] needs 8 bytes, has 4/);
  refused(entry([-2], 8), /tensor "w" has no proper shape/);
  refused(entry([2], 8, 'F8'), /tensor "w" has dtype F8, readable are F64, F32/);
  refused(withHeader('{"w": 3}'), /tensor "w" has no proper shape and offsets/);
  assert.throws(() => readSafetensors(inFolder('absent.safetensors')), /ENOENT.*absent\.safetensors/);
});

test('tensors that cannot be written are refused before anything is', () => {
  const file = inFolder('never.safetensors');
  assert.throws(
    () => writeSafetensors(file, [PAIR[0], PAIR[0]]),
    /never.*two tensors are called "a\.weight"/,
  );
  const short = { name: 'w', shape: [3], data: Float32Array.of(1) };
  assert.throws(() => writeSafetensors(file, [short]), /"w" of shape \[3\] needs 3 values, got 1/);
  assert.ok(!fs.existsSync(file));
});

test('loadWeights takes all or nothing and names file and tensor', async () => {
  const model = buildModel(TINY, 1);
  const before = model.parameters()[0].variable.dataSync();
  const other = buildModel(TINY, 2);
  const tensors = new Map((await exportWeights(other)).map((tensor) => [tensor.name, tensor]));
  const refused = (changes: [string, StoredTensor | undefined][], message: RegExp) => {
    const changed = new Map(tensors);
    for (const [name, tensor] of changes) tensor ? changed.set(name, tensor) : changed.delete(name);
    assert.throws(() => loadWeights(model, changed, 'weights.safetensors'), message);
    assert.deepEqual(model.parameters()[0].variable.dataSync(), before);
  };
  const one = (name: string): StoredTensor => ({ name, shape: [1], data: Float32Array.of(1) });
  refused([['fc.bias', undefined]], /weights\.safetensors: it lacks the weight "fc\.bias"/);
  refused(
    [['fc.bais', one('fc.bais')]],
    /weights\.safetensors: Unknown weight "fc\.bais"\. Did you mean "fc\.bias"/,
  );
  refused(
    [['fc.bias', one('fc.bias')]],
    /weights\.safetensors: weight "fc\.bias" has shape \[1\], .* \[10\]/,
  );
  tensors.set('bn1.num_batches_tracked', one('bn1.num_batches_tracked'));
  loadWeights(model, tensors);
  assertClose(model.parameters()[0].variable, other.parameters()[0].variable, 'conv1', 0);
  model.dispose();
  other.dispose();
});
