// Trained networks from files: checkpoints of our training, networks that were saved on their own, and PyTorch's weights.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { buildModel } from '../models/build';
import { fitWeights } from '../models/fitWeights';
import type { ImageModel, ModelSpec } from '../models/model';
import { readSafetensors, type SafetensorsFile, type StoredTensor } from '../models/safetensors';
import { loadWeights } from '../models/weights';
import { NETWORK } from './saveModel';

const CHECKPOINT = 'gestalt-checkpoint-1';

/** A network with the class of each of its outputs. */
export interface LoadedModel {
  readonly model: ImageModel;
  /** Null where the file does not say. */
  readonly classes: readonly string[] | null;
}

export interface LoadModelOptions {
  /** For files that do not say which network their weights belong to. */
  spec?: ModelSpec;
}

/** The network of a safetensors file; the caller disposes it. The file may be
 *
 *  - what `saveModel` wrote;
 *  - a checkpoint of `train`, which holds the spec, but not the names of the classes;
 *  - any other weights in PyTorch's names and layout, torchvision's or timm's, together with `spec`.
 *
 *  Throws, naming the file, when it is missing or damaged, does not fit its network, or does not say it; on a spec for a file that says its own;
 *  and on pickled PyTorch files, which are never unpacked. */
export function loadModel(file: string, options: LoadModelOptions = {}): LoadedModel {
  requireNoPickle(file);
  const content = readSafetensors(file);
  const shown = path.relative(process.cwd(), file);
  const { metadata } = content;
  const isCheckpoint = metadata.format === CHECKPOINT;
  const stored =
    metadata.format === NETWORK ? metadata.spec : isCheckpoint ? storedModel(shown, metadata) : undefined;
  if (stored !== undefined && options.spec !== undefined)
    throw new Error(`${shown} says itself which network it holds; leave the architecture out.`);
  const spec = options.spec ?? (stored === undefined ? undefined : parse<ModelSpec>(shown, 'spec', stored));
  if (spec === undefined) {
    throw new Error(
      `${shown} holds weights, but does not say of which network. Give it: --architecture vgg16, or loadModel(file, { spec: { architecture: 'vgg16', ... } }).`,
    );
  }
  const model = buildModel(spec, 0);
  try {
    if (isCheckpoint) restoreCheckpoint(model, content, shown);
    else loadWeights(model, fitWeights(model, content.tensors, shown), shown);
  } catch (error) {
    model.dispose();
    throw error;
  }
  const classes = metadata.format === NETWORK ? parse<string[]>(shown, 'classes', metadata.classes) : null;
  return { model, classes };
}

function storedModel(file: string, metadata: SafetensorsFile['metadata']): string {
  const { model } = parse<{ model?: ModelSpec }>(file, 'config', metadata.config);
  return JSON.stringify(model);
}

function parse<T>(file: string, field: string, text: string | undefined): T {
  try {
    return JSON.parse(text as string) as T;
  } catch {
    throw new Error(`${file} is damaged: its metadata "${field}" is not readable. Save the network again.`);
  }
}

/** A checkpoint keeps weights as they lie in memory, under names that begin with `model.`. */
function restoreCheckpoint(model: ImageModel, { tensors }: SafetensorsFile, file: string): void {
  const weights = [...model.parameters(), ...model.buffers()];
  const found = weights.map(({ name, variable }): StoredTensor => {
    const tensor = tensors.get(`model.${name}`);
    if (tensor === undefined) throw new Error(`Cannot load ${file}: it lacks the weight "${name}".`);
    if (tensor.shape.join() !== variable.shape.join()) {
      throw new Error(
        `Cannot load ${file}: weight "${name}" has shape [${tensor.shape}], the model needs [${variable.shape}].`,
      );
    }
    return tensor;
  });
  tf.tidy(() => {
    for (const [i, { variable }] of weights.entries())
      variable.assign(tf.tensor(found[i].data, variable.shape));
  });
}

/** How files of `torch.save` begin: as zip archives, the older ones as pickles. */
const PICKLED = [Buffer.from('PK\x03\x04'), Buffer.from([0x80, 0x02])];

function requireNoPickle(file: string): void {
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return;
  const start = Buffer.alloc(4);
  const descriptor = fs.openSync(file, 'r');
  try {
    fs.readSync(descriptor, start, 0, start.length, 0);
  } finally {
    fs.closeSync(descriptor);
  }
  if (!PICKLED.some((magic) => start.subarray(0, magic.length).equals(magic))) return;
  throw new Error(
    `${file} holds pickled Python, which runs as a program when it is read; it is refused. Convert it where you trust it: safetensors.torch.save_file(torch.load(file, weights_only=True), 'weights.safetensors').`,
  );
}
