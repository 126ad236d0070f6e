// Files that a tab's side and the bundler both name.

/** TensorFlow.js's wasm binary, from the root of the repository. */
export const TFJS_WASM = '/node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm';

/** TensorFlow.js's WebGPU backend as a script for browsers. */
export const TFJS_WEBGPU =
  '/node_modules/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.es2017.min.js';
