// Any classifier in ONNX, from any framework, as the benchmark's classifier.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { InferenceSession } from 'onnxruntime-node';
import { sha256 } from '../../files';
import { hashCode } from '../../results/codeHash';
import type { Classifier } from '../classifier';
import { describeOnnx, type OnnxFile, type OnnxValue } from './onnxFile';
import { loadOnnxRuntime, type OnnxRuntime } from './onnxRuntime';

/** ONNX Runtime is silent but for errors. */
const ERRORS_ONLY = 3;
/** Of networks that take images of any size. */
const USUAL_SIZE = 224;
const CHANNELS = 3;
/** Rows whose values sum to 1 within this are probabilities. */
const SUM_TOLERANCE = 1e-3;

export interface OnnxOptions {
  /** Rows and columns of the images, for networks that take any size. Default 224. */
  size?: number;
}

export interface OnnxClassifier extends Classifier {
  /** Whether its outputs are probabilities, whose logarithms are the logits; decided by the first images that it answers. */
  readonly probabilities: boolean | undefined;
  close(): Promise<void>;
}

/** How a network wants its images, and where its answer is. */
interface Contract {
  readonly input: string;
  readonly output: string;
  readonly size: number;
  /** Images a call, where the file fixes it. */
  readonly batch: number | null;
  readonly channelsFirst: boolean;
  readonly outputs: number;
}

/** Opens a classifier: one input of float32 images, `[N, 3, H, W]` or `[N, H, W, 3]`, and one output of `[N, classes]`.
 *
 *  Throws, naming the file and what was expected, when it is missing, no ONNX file or no such classifier, and where the package is missing. */
export async function openOnnxClassifier(file: string, options: OnnxOptions = {}): Promise<OnnxClassifier> {
  const shown = path.relative(process.cwd(), file);
  const runtime = loadOnnxRuntime();
  const bytes = readBytes(file);
  const description = describeOnnx(shown, bytes);
  const contract = contractOf(shown, description, options);
  const beside = description.weightFiles.map((name) => path.join(path.dirname(file), name));
  const hash = sha256(bytes, ...(await Promise.all(beside.map(hashFile))));
  const session = await open(runtime, file, shown);
  let probabilities: boolean | undefined;
  return {
    inputSize: contract.size,
    outputs: contract.outputs,
    spec: { architecture: 'onnx', file: path.basename(file), inputSize: contract.size },
    get probabilities() {
      return probabilities;
    },
    async answer(pixels, count, nameOf) {
      const values = await run(runtime, session, { file: shown, ...contract }, pixels, count);
      requireFinite(shown, values, contract.outputs, nameOf);
      probabilities ??= areProbabilities(values, contract.outputs);
      return probabilities ? values.map((value) => Math.log(Math.max(value, 1e-38))) : values;
    },
    identify: async () => ({
      hash: sha256(hash, String(contract.size), await hashCode('lib/benchmark/onnx/onnxClassifier.ts')),
      engine: { name: 'onnxruntime', family: 'onnxruntime', version: runtime.env.versions.node ?? '' },
    }),
    close: () => session.release(),
  };
}

function readBytes(file: string): Buffer {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    throw new Error(`Cannot read the network: ${(error as Error).message}.`);
  }
}

/** Of weights beside the file, which may be larger than a buffer can be. */
async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(fs.createReadStream(file), hash);
  } catch (error) {
    throw new Error(`Cannot read the network's weights: ${(error as Error).message}.`);
  }
  return hash.digest('hex');
}

async function open(
  { InferenceSession }: OnnxRuntime,
  file: string,
  shown: string,
): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(file, { logSeverityLevel: ERRORS_ONLY });
  } catch (error) {
    const [reason] = (error as Error).message.trim().replace(/\.+$/, '').split('\n');
    throw new Error(`ONNX Runtime cannot load ${shown}: ${reason}.`);
  }
}

function contractOf(file: string, { inputs, outputs }: OnnxFile, { size }: OnnxOptions): Contract {
  if (inputs.length !== 1) {
    throw new Error(
      `${file} takes ${inputs.length} inputs (${inputs.map(words).join('; ')}); a classifier takes one, images.`,
    );
  }
  const [input] = inputs;
  requireFloats(file, 'input', input);
  const { channelsFirst, height, width } = layoutOf(file, input);
  const side = sideOf(file, [height, width], size);
  const answers = outputs.filter(({ dims }) => dims.length === 2 && typeof dims[1] === 'number');
  const output = answers.find(({ name }) => name === 'logits') ?? answers[0];
  if (output === undefined || (answers.length > 1 && output.name !== 'logits')) {
    throw new Error(
      `${file} has the outputs ${outputs.map(words).join('; ')}; a classifier has one of [N, classes], or one that is called "logits".`,
    );
  }
  requireFloats(file, 'output', output);
  return {
    input: input.name,
    output: output.name,
    size: side,
    batch: typeof input.dims[0] === 'number' ? input.dims[0] : null,
    channelsFirst,
    outputs: output.dims[1] as number,
  };
}

function requireFloats(file: string, kind: 'input' | 'output', value: OnnxValue): void {
  if (value.type === 'FLOAT') return;
  throw new Error(`${file}: the ${kind} ${words(value)} holds ${value.type}; export the network in float32.`);
}

interface Layout {
  readonly channelsFirst: boolean;
  readonly height: number | string;
  readonly width: number | string;
}

function layoutOf(file: string, input: OnnxValue): Layout {
  const [, second, third, fourth] = input.dims;
  if (input.dims.length === 4 && second === CHANNELS)
    return { channelsFirst: true, height: third, width: fourth };
  if (input.dims.length === 4 && fourth === CHANNELS)
    return { channelsFirst: false, height: second, width: third };
  throw new Error(
    `${file}: the input is ${words(input)}; images of three channels are [N, 3, height, width] or [N, height, width, 3].`,
  );
}

function sideOf(file: string, sides: readonly (number | string)[], asked: number | undefined): number {
  const fixed = new Set(sides.filter((side): side is number => typeof side === 'number'));
  const [side = asked ?? USUAL_SIZE, ...others] = fixed;
  if (others.length > 0) {
    throw new Error(`${file} takes images of ${sides.join(' x ')}; the benchmark's are square.`);
  }
  if (asked !== undefined && asked !== side)
    throw new Error(`${file} takes images of ${side} x ${side}, not of ${asked}.`);
  return side;
}

function words({ name, dims }: OnnxValue): string {
  return `${name} [${dims.join(', ')}]`;
}

/** In calls of the size that the file fixes; the last one is filled up with zeros. */
async function run(
  { Tensor }: OnnxRuntime,
  session: InferenceSession,
  contract: Contract & { readonly file: string },
  pixels: Float32Array,
  count: number,
): Promise<Float32Array> {
  const { file, input, output, size, batch, channelsFirst, outputs } = contract;
  const answers = new Float32Array(count * outputs);
  const step = batch ?? count;
  const image = size * size * CHANNELS;
  for (let start = 0; start < count; start += step) {
    const part = new Float32Array(step * image);
    part.set(pixels.subarray(start * image, (start + step) * image));
    const data = channelsFirst ? planes(part, size * size) : part;
    const dims = channelsFirst ? [step, CHANNELS, size, size] : [step, size, size, CHANNELS];
    const result = await session.run({ [input]: new Tensor('float32', data, dims) }, [output]);
    const values = result[output].data as Float32Array;
    if (values.length !== step * outputs) {
      throw new Error(
        `${file} answers ${step} images with [${result[output].dims.join(', ')}] instead of the [${step}, ${outputs}] that it declares.`,
      );
    }
    answers.set(values.subarray(0, Math.min(step, count - start) * outputs), start * outputs);
  }
  return answers;
}

/** From pixel by pixel to plane by plane, image by image. */
function planes(pixels: Float32Array, positions: number): Float32Array {
  const out = new Float32Array(pixels.length);
  const image = positions * CHANNELS;
  for (let first = 0; first < pixels.length; first += image) {
    for (let position = 0; position < positions; position++) {
      for (let channel = 0; channel < CHANNELS; channel++) {
        out[first + channel * positions + position] = pixels[first + position * CHANNELS + channel];
      }
    }
  }
  return out;
}

function requireFinite(
  file: string,
  values: Float32Array,
  outputs: number,
  nameOf: (image: number) => string,
): void {
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return;
  throw new Error(
    `${file} answers ${nameOf(Math.floor(wrong / outputs))} with ${values[wrong]}, which is no logit. Its weights are damaged, or it wants other images: see --input.`,
  );
}

function areProbabilities(values: Float32Array, outputs: number): boolean {
  if (values.some((value) => value < 0 || value > 1)) return false;
  for (let start = 0; start < values.length; start += outputs) {
    const sum = values.subarray(start, start + outputs).reduce((total, value) => total + value, 0);
    if (Math.abs(sum - 1) > SUM_TOLERANCE) return false;
  }
  return true;
}
