// The optional package onnxruntime-node, loaded when an ONNX network is opened and not before.
import type * as Package from 'onnxruntime-node';
import { loadOptional } from '../../optionalPackage';

export type OnnxRuntime = typeof Package;

/** Loads the package. Throws, saying how to install it, where it or its native part is missing. */
export function loadOnnxRuntime(load?: () => unknown): OnnxRuntime {
  return loadOptional('onnxruntime-node', { neededBy: 'ONNX networks', load });
}
