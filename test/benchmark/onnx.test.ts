// Networks in ONNX as classifiers: their answers, how they want their images, and what is refused.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { after, before, test } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import { reliefBenchmark } from '../../lib/benchmark/embedded';
import { evaluate } from '../../lib/benchmark/evaluate';
import { openOnnxClassifier } from '../../lib/benchmark/onnx/onnxClassifier';
import { loadOnnxRuntime } from '../../lib/benchmark/onnx/onnxRuntime';
import { openNetwork } from '../../lib/benchmark/openNetwork';
import { PIXEL_RANGES } from '../../lib/benchmark/pixelRanges';
import { useEngine } from '../../lib/engine/engine';
import { buildModel } from '../../lib/models/build';
import { writeSafetensors } from '../../lib/models/safetensors';
import { exportWeights } from '../../lib/models/weights';
import { Random } from '../../lib/random';
import { runBenchmark } from '../../lib/runBenchmark';
import { FLOAT16, type OnnxGraph, onnxModel, skipWithoutOnnx as skip } from '../data/tinyOnnx';
import { assertNumbersClose } from '../reference';

const [SIZE, FILTERS, CLASSES] = [8, 4, 16];
const nameOf = (image: number): string => `picture ${image}`;

let folder: string;

before(async () => {
  await useEngine({ name: 'wasm', quiet: true });
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-onnx-'));
});

after(() => fs.rmSync(folder, { recursive: true, force: true }));

function write(name: string, graph: OnnxGraph | Uint8Array): string {
  const file = path.join(folder, `${name}.onnx`);
  fs.writeFileSync(file, graph instanceof Uint8Array ? graph : onnxModel(graph));
  return file;
}

function numbers(seed: number, length: number): Float32Array {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal());
}

const kernel = { name: 'kernel', dims: [FILTERS, 3, 3, 3], data: numbers(1, FILTERS * 27) };
const weight = { name: 'weight', dims: [CLASSES, FILTERS], data: numbers(2, CLASSES * FILTERS) };

interface Variant {
  dims?: readonly (number | string)[];
  output?: string;
  softmax?: boolean;
}

/** Convolution, rectifier, mean over the map, linear; images channels last where the dimensions say so. */
function network({
  dims = ['N', 3, SIZE, SIZE],
  output = 'answer',
  softmax = false,
}: Variant = {}): OnnxGraph {
  const last = dims[3] === 3;
  const logits = softmax ? 'logits_before' : output;
  return {
    inputs: [{ name: 'images', dims }],
    outputs: [{ name: output, dims: [dims[0], CLASSES] }],
    weights: [kernel, weight],
    nodes: [
      ...(last
        ? [{ type: 'Transpose', inputs: ['images'], output: 'first', attributes: { perm: [0, 3, 1, 2] } }]
        : []),
      {
        type: 'Conv',
        inputs: [last ? 'first' : 'images', 'kernel'],
        output: 'map',
        attributes: { pads: [1, 1, 1, 1] },
      },
      { type: 'Relu', inputs: ['map'], output: 'rectified' },
      { type: 'GlobalAveragePool', inputs: ['rectified'], output: 'pooled' },
      { type: 'Flatten', inputs: ['pooled'], output: 'features' },
      { type: 'Gemm', inputs: ['features', 'weight'], output: logits, attributes: { transB: 1 } },
      ...(softmax ? [{ type: 'Softmax', inputs: [logits], output, attributes: { axis: 1 } }] : []),
    ],
  };
}

/** The same by TensorFlow.js. */
function expected(pixels: Float32Array, count: number): Float32Array {
  return tf.tidy(() => {
    const images = tf.tensor4d(pixels, [count, SIZE, SIZE, 3]);
    const filters = tf.transpose(tf.tensor4d(kernel.data, [FILTERS, 3, 3, 3]), [2, 3, 1, 0]);
    const features = tf.mean(tf.relu(tf.conv2d(images, filters as tf.Tensor4D, 1, 'same')), [1, 2]);
    const logits = tf.matMul(
      features as tf.Tensor2D,
      tf.tensor2d(weight.data, [CLASSES, FILTERS]),
      false,
      true,
    );
    return logits.dataSync().slice() as Float32Array;
  });
}

for (const [name, variant, count] of [
  ['any number of images, channels first', {}, 3],
  ['channels last', { dims: ['N', SIZE, SIZE, 3] }, 3],
  ['one image a call', { dims: [1, 3, SIZE, SIZE] }, 3],
  ['two images a call, and one is left', { dims: [2, 3, SIZE, SIZE] }, 5],
  ['any size', { dims: ['N', 3, 'height', 'width'] }, 2],
] as const) {
  test(`${name}: the logits are those of the same network here`, { skip }, async () => {
    const file = write('network', network(variant));
    const classifier = await openOnnxClassifier(file, name === 'any size' ? { size: SIZE } : {});
    assert.deepEqual([classifier.inputSize, classifier.outputs], [SIZE, CLASSES]);
    const pixels = numbers(3, count * SIZE * SIZE * 3);
    const answer = await classifier.answer(pixels, count, nameOf);
    assertNumbersClose(answer, expected(pixels, count), 'logits', 1e-5);
    assert.equal(classifier.probabilities, false);
    await classifier.close();
  });
}

test('probabilities become logits: their softmax is what the network said', { skip }, async () => {
  const classifier = await openOnnxClassifier(write('softmax', network({ softmax: true })));
  const pixels = numbers(4, 2 * SIZE * SIZE * 3);
  const answer = await classifier.answer(pixels, 2, nameOf);
  assert.equal(classifier.probabilities, true);
  const shares = (logits: Float32Array): Float32Array =>
    tf.tidy(
      () =>
        tf
          .softmax(tf.tensor2d(logits, [2, CLASSES]))
          .dataSync()
          .slice() as Float32Array,
    );
  assertNumbersClose(shares(answer), shares(expected(pixels, 2)), 'probabilities', 1e-6);
  await classifier.close();
});

test(
  'a network answers the embedded sets, is read instead of shown again, and anew when the file changes',
  { skip },
  async () => {
    const file = write('whole', network({ dims: ['N', 3, 'height', 'width'] }));
    const sets = reliefBenchmark({ share: 0.002 }).filter(({ dataset }) =>
      ['edge', 'cue-conflict'].includes(dataset.name),
    );
    const out = path.join(folder, 'out');
    const run = async (size: number, from = file): Promise<readonly string[]> => {
      const { classifier, classes, normalisation, close } = await openNetwork(from, { size, input: '0..1' });
      assert.equal(classes, null);
      const options = { subject: 'net', folder: out, transform: { normalisation } };
      const { record, reused, trials } = await evaluate(classifier, sets, options);
      await close();
      assert.equal(record.engine.name, 'onnxruntime');
      assert.deepEqual(record.config.spec, {
        architecture: 'onnx',
        file: path.basename(from),
        inputSize: size,
      });
      assert.equal(trials.edge.length, sets.find(({ dataset }) => dataset.name === 'edge')?.count);
      return reused;
    };
    assert.deepEqual(await run(32), []);
    assert.deepEqual([...(await run(32))].sort(), ['cue-conflict', 'edge']);
    assert.deepEqual(await run(48), [], 'images of another size');
    const other = network({ dims: ['N', 3, 'height', 'width'], softmax: true });
    assert.deepEqual(await run(48, write('other', other)), [], 'another network');
  },
);

const BAD: readonly [name: string, graph: OnnxGraph | Uint8Array, message: RegExp][] = [
  ['text', Buffer.from('not a network'), /text\.onnx is no complete ONNX file.*torch\.onnx\.export/],
  ['empty', Buffer.alloc(0), /empty\.onnx is no complete ONNX file/],
  ['cut', onnxModel(network()).subarray(0, 200), /cut\.onnx is no complete ONNX file/],
  [
    'two-inputs',
    { ...network(), inputs: [...network().inputs, { name: 'mask', dims: ['N', 1] }] },
    /takes 2 inputs \(images \[N, 3, 8, 8\]; mask \[N, 1\]\)/,
  ],
  [
    'oblong',
    network({ dims: ['N', 3, SIZE, 2 * SIZE] }),
    /takes images of 8 x 16; the benchmark's are square/,
  ],
  [
    'grey',
    network({ dims: ['N', 1, SIZE, SIZE] }),
    /the input is images \[N, 1, 8, 8\]; images of three channels/,
  ],
  ['flat', network({ dims: ['N', 192] }), /the input is images \[N, 192\]; images of three channels/],
  [
    'half',
    { ...network(), inputs: [{ name: 'images', dims: ['N', 3, SIZE, SIZE], type: FLOAT16 }] },
    /the input images .* holds FLOAT16; export the network in float32/,
  ],
  [
    'map',
    {
      ...network(),
      outputs: [{ name: 'rectified', dims: ['N', FILTERS, SIZE, SIZE] }],
    },
    /has the outputs rectified \[N, 4, 8, 8\]; a classifier has one of \[N, classes\]/,
  ],
  [
    'unknown-operator',
    { ...network(), nodes: network().nodes.map((node) => ({ ...node, type: `No${node.type}` })) },
    /ONNX Runtime cannot load .*unknown-operator\.onnx: /,
  ],
];

for (const [name, graph, message] of BAD) {
  test(`refused: ${name}`, { skip }, async () => {
    await assert.rejects(openOnnxClassifier(write(name, graph)), message);
  });
}

test(
  'a missing file, another size than the network takes, and what is no number are errors',
  { skip },
  async () => {
    await assert.rejects(
      openOnnxClassifier(path.join(folder, 'none.onnx')),
      /Cannot read the network: ENOENT.*none\.onnx/,
    );
    const file = write('sized', network());
    await assert.rejects(openOnnxClassifier(file, { size: 16 }), /takes images of 8 x 8, not of 16/);
    const classifier = await openOnnxClassifier(file);
    const pixels = numbers(5, 2 * SIZE * SIZE * 3);
    pixels[SIZE * SIZE * 3] = Number.NaN;
    await assert.rejects(classifier.answer(pixels, 2, nameOf), /sized\.onnx answers picture 1 with NaN/);
    await classifier.close();
  },
);

test(
  'rows that are not as many as the images, or not as long as declared, are errors',
  { skip },
  async () => {
    const pixels = numbers(6, 3 * SIZE * SIZE * 3);
    const short = { ...network(), outputs: [{ name: 'answer', dims: ['N', CLASSES - 1] }] };
    const one = {
      ...network({ output: 'rows' }),
      outputs: [{ name: 'answer', dims: ['N', CLASSES] }],
      nodes: [
        ...network({ output: 'rows' }).nodes,
        { type: 'ReduceMean', inputs: ['rows'], output: 'answer', attributes: { axes: [0], keepdims: 1 } },
      ],
    };
    for (const [name, graph, message] of [
      [
        'short',
        short,
        /ONNX Runtime cannot load .*short\.onnx|answers 3 images with \[3, 16\] instead of the \[3, 15\]/,
      ],
      ['one', one, /one\.onnx answers 3 images with \[1, 16\] instead of the \[3, 16\]/],
    ] as const) {
      const answer = async (): Promise<unknown> => {
        const classifier = await openOnnxClassifier(write(name, graph));
        return classifier.answer(pixels, 3, nameOf).finally(() => classifier.close());
      };
      await assert.rejects(answer(), message);
    }
  },
);

test('the first images decide between probabilities and logits', { skip }, async () => {
  const classifier = await openOnnxClassifier(write('decided', network()));
  await classifier.answer(numbers(7, SIZE * SIZE * 3), 1, nameOf);
  assert.equal(classifier.probabilities, false);
  const nothing = new Float32Array(SIZE * SIZE * 3);
  assert.deepEqual([...(await classifier.answer(nothing, 1, nameOf))], new Array(CLASSES).fill(0));
  await classifier.close();
});

test(
  'labels to fill in: the places of the outputs, where the file does not name them',
  { skip },
  async () => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      await runBenchmark({
        labels: 'init',
        model: write('labelled', network()),
        out: folder,
        report: () => undefined,
      });
      const labels = JSON.parse(fs.readFileSync('labels.json', 'utf8'));
      assert.deepEqual(Object.keys(labels).slice(0, 2), ['output 0', 'output 1']);
      assert.equal(Object.keys(labels).length, CLASSES);
    } finally {
      process.chdir(before);
    }
  },
);

test("torchvision's weights open by their architecture, with its thousand classes", async () => {
  const model = buildModel({ architecture: 'resnet50', classes: 1000 }, 1);
  const file = path.join(folder, 'bare.safetensors');
  writeSafetensors(file, await exportWeights(model));
  model.dispose();
  await assert.rejects(openNetwork(file), /--architecture vgg16/);
  const { classifier, close } = await openNetwork(file, { architecture: 'resnet50' });
  assert.deepEqual([classifier.inputSize, classifier.outputs], [224, 1000]);
  await close();
});

test('an architecture that is unknown or no classifier is answered with the classifiers', async () => {
  for (const architecture of ['vgg61', 'fastgan-generator']) {
    const opened = openNetwork('weights.safetensors', { architecture });
    const said = new RegExp(`^Unknown classifier "${architecture}"\\..* Known: (?!.*generator).*vgg16, `);
    await assert.rejects(opened, { message: said });
  }
});

test('of several outputs the one called logits counts', { skip }, async () => {
  const two = network({ output: 'logits' });
  const both = { ...two, outputs: [{ name: 'features', dims: ['N', FILTERS] }, ...two.outputs] };
  const classifier = await openOnnxClassifier(write('two', both));
  assert.equal(classifier.outputs, CLASSES);
  await classifier.close();
  const unnamed = { ...both, outputs: [both.outputs[0], { name: 'pooled', dims: ['N', FILTERS] }] };
  await assert.rejects(
    openOnnxClassifier(write('unnamed', unnamed)),
    /has the outputs features \[N, 4\]; pooled \[N, 4\]/,
  );
});

test('the darkest and the brightest pixel are what the network asked for', () => {
  const ends = Object.fromEntries(
    Object.entries(PIXEL_RANGES).map(([name, { mean, std }]) => [
      name,
      [-mean[0] / std[0], (1 - mean[0]) / std[0]],
    ]),
  );
  assertNumbersClose(ends['0..1'], [0, 1], '0..1', 1e-12);
  assertNumbersClose(ends['-1..1'], [-1, 1], '-1..1', 1e-12);
  assertNumbersClose(ends['0..255'], [0, 255], '0..255', 1e-12);
  assertNumbersClose(ends.imagenet, [-0.485 / 0.229, 0.515 / 0.229], 'imagenet', 1e-12);
});

test('without the package the error says how to install it', () => {
  const load = (): never => {
    throw new Error('no such module\nstack');
  };
  assert.throws(
    () => loadOnnxRuntime(load),
    /onnxruntime-node, which did not load: no such module\. .*npm ci/,
  );
});

test('pickled weights are refused unread, and options for ONNX with other files', async () => {
  for (const [name, start] of [
    ['zip.pth', 'PK\x03\x04rest'],
    ['old.pt', Buffer.from([0x80, 0x02, 0x8a])],
  ] as const) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, start);
    await assert.rejects(openNetwork(file), /holds pickled Python.*refused.*safetensors\.torch\.save_file/);
  }
  await assert.rejects(openNetwork('weights.safetensors', { size: 64 }), /--size is for ONNX networks/);
  await assert.rejects(
    openNetwork('net.onnx', { architecture: 'vgg16' }),
    /--architecture is for safetensors/,
  );
  await assert.rejects(openNetwork(path.join(folder, 'none.safetensors')), /none\.safetensors/);
});
