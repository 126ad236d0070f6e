// The optional package onnxruntime-node, loaded when an ONNX network is opened and not before.
import type * as Package from 'onnxruntime-node';

export type OnnxRuntime = typeof Package;

/** Loads the package. Throws, saying how to install it, where it or its native part is missing. */
export function loadOnnxRuntime(load: () => unknown = () => require('onnxruntime-node')): OnnxRuntime {
  try {
    return load() as OnnxRuntime;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new Error(
      `ONNX networks need the optional package onnxruntime-node, which did not load: ${reason}. Install it: ONNXRUNTIME_NODE_INSTALL_CUDA=skip npm ci`,
    );
  }
}
