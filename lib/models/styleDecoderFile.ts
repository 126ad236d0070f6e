// Decoders of style transfer in files.
import type { ImageModel, ModelSpec } from './model';
import { readSafetensors, writeSafetensors } from './safetensors';
import { buildStyleDecoder } from './styleDecoder';
import { exportWeights, loadWeights } from './weights';

const FORMAT = 'gestalt-style-decoder-1';

/** Writes a decoder with its spec, atomically: a safetensors file with weights in PyTorch's layout. */
export async function saveStyleDecoder(file: string, decoder: ImageModel): Promise<void> {
  writeSafetensors(file, await exportWeights(decoder), {
    format: FORMAT,
    spec: JSON.stringify(decoder.spec),
  });
}

/** The decoder of a file; the caller disposes it. Throws, naming the file, when it is missing, damaged, or holds something else. */
export function loadStyleDecoder(file: string): ImageModel {
  const { tensors, metadata } = readSafetensors(file);
  if (metadata.format !== FORMAT || metadata.spec === undefined) {
    throw new Error(
      `${file} holds no decoder of style transfer. Train one for your encoder: npm run data -- decoder <encoder>.`,
    );
  }
  const decoder = buildStyleDecoder(specIn(file, metadata.spec), 0);
  try {
    loadWeights(decoder, tensors, file);
  } catch (error) {
    decoder.dispose();
    throw error;
  }
  return decoder;
}

function specIn(file: string, text: string): ModelSpec {
  try {
    return JSON.parse(text) as ModelSpec;
  } catch {
    throw new Error(`${file} is damaged: its metadata "spec" is not readable. Train the decoder again.`);
  }
}
