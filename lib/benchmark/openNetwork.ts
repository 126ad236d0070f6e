// A network from a file, whatever made it: our own weights, or ONNX from any framework.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { IMAGENET_NORMALISATION, type Normalisation } from '../data/resample';
import { unknownName } from '../suggest';
import type { Classifier } from './classifier';
import { PIXEL_RANGES, type PixelRange } from './pixelRanges';

/** Of torchvision's networks. */
const IMAGENET_CLASSES = 1000;

export interface OpenOptions {
  /** ONNX only: what a pixel is to the network. Default `imagenet`. */
  input?: PixelRange;
  /** ONNX only: rows and columns of the images, for a network that takes any. Default 224. */
  size?: number;
  /** Safetensors only: the network of weights that do not say theirs, with torchvision's width, size and thousand classes. */
  architecture?: string;
}

export interface OpenedNetwork {
  readonly classifier: Classifier;
  /** The class of each output; null where the file does not say. */
  readonly classes: readonly string[] | null;
  readonly normalisation: Normalisation;
  close(): Promise<void>;
}

/** Opens a `.safetensors` file (`loadModel`) on the best engine, or an `.onnx` file on ONNX Runtime.
 *
 *  Throws, naming the file, as their readers, and on options that do not fit the file; on an architecture that is no classifier's, with those that are. */
export async function openNetwork(file: string, options: OpenOptions = {}): Promise<OpenedNetwork> {
  requireNoFolder('--model', file);
  const isOnnx = path.extname(file).toLowerCase() === '.onnx';
  requireFitting(file, options, isOnnx ? ['architecture'] : ['input', 'size']);
  if (isOnnx) return openOnnx(file, options);
  const { architecture } = options;
  const { classifiers } = await import('../models/build');
  const known = classifiers();
  if (architecture !== undefined && !known.includes(architecture))
    throw unknownName('classifier', architecture, known);
  const { useEngine } = await import('../engine/engine');
  const { classifierOf } = await import('./classifier');
  const { loadModel } = await import('./loadModel');
  await useEngine();
  const spec = architecture === undefined ? undefined : { architecture, classes: IMAGENET_CLASSES };
  const { model, classes } = loadModel(file, { spec });
  return {
    classifier: classifierOf(model),
    classes,
    normalisation: IMAGENET_NORMALISATION,
    close: async () => model.dispose(),
  };
}

/** Throws on a folder in place of a network's file: the readers of files would not name it. */
export function requireNoFolder(flag: string, file: string): void {
  if (fs.statSync(file, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${flag} takes a file; ${file} is a folder. Give the file of the network that is in it.`);
}

function requireFitting(file: string, options: OpenOptions, foreign: readonly (keyof OpenOptions)[]): void {
  const given = foreign.find((option) => options[option] !== undefined);
  if (given === undefined) return;
  const kind = given === 'architecture' ? 'safetensors files' : 'ONNX networks';
  throw new Error(`--${given} is for ${kind}; ${path.basename(file)} says itself what it takes.`);
}

async function openOnnx(file: string, { input = 'imagenet', size }: OpenOptions): Promise<OpenedNetwork> {
  const { openOnnxClassifier } = await import('./onnx/onnxClassifier');
  const classifier = await openOnnxClassifier(file, { size });
  return { classifier, classes: null, normalisation: PIXEL_RANGES[input], close: () => classifier.close() };
}
