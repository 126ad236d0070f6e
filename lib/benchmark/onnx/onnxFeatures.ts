// Any network in ONNX whose output is one vector an image, as a maker of features: Inception-v3 up to its pooling, DINOv2.
import * as path from 'node:path';
import { type OnnxOptions, openOnnxClassifier } from './onnxClassifier';

export interface OnnxFeatures {
  /** Of the file. */
  readonly name: string;
  readonly inputSize: number;
  readonly hash: string;
  features(pixels: Float32Array, count: number, nameOf: (image: number) => string): Promise<Float32Array>;
  close(): Promise<void>;
}

/** What computes them. */
export const ONNX_DTYPE = 'float32, ONNX Runtime';

/** Opens the file. Throws as `openOnnxClassifier`. */
export async function openOnnxFeatures(file: string, options: OnnxOptions = {}): Promise<OnnxFeatures> {
  const classifier = await openOnnxClassifier(file, options);
  const { hash } = await classifier.identify();
  return {
    name: path.basename(file),
    inputSize: classifier.inputSize,
    hash,
    features: (pixels, count, nameOf) => classifier.answer(pixels, count, nameOf),
    close: () => classifier.close(),
  };
}
