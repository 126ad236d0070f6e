// The loaders of TensorFlow.js's wasm binaries in a tab: the SIMD binary comes from the page, not from an address, and on one thread,
// as in Node.
import { env } from '@tensorflow/tfjs-core';
import { readFile } from './files';
import { TFJS_WASM } from './paths';

type Factory = (settings: object) => Promise<object>;
const factory: Factory = require('@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js?original');

// Pages that are isolated from others would else be given threads.
env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);

export default function wasmModule(settings: object): Promise<object> {
  return factory({ ...settings, wasmBinary: readFile(TFJS_WASM) });
}
