// Trained networks to files, and their fingerprint. Knows no architectures: what only saves does not depend on which there are.
import { sha256 } from '../files';
import type { ImageModel } from '../models/model';
import { writeSafetensors } from '../models/safetensors';
import { exportWeights } from '../models/weights';

/** Format of the files of `saveModel`, in their metadata. */
export const NETWORK = 'gestalt-network-1';

/** Writes a network with its spec and classes: all that `loadModel` needs. Weights have PyTorch's names and layout, so
 *  that the file opens there too. */
export async function saveModel(file: string, model: ImageModel, classes: readonly string[]): Promise<void> {
  writeSafetensors(file, await exportWeights(model), {
    format: NETWORK,
    spec: JSON.stringify(model.spec),
    classes: JSON.stringify(classes),
  });
}

/** SHA-256 of a network's spec and weights: two networks with the same hash answer alike. */
export async function hashModel(model: ImageModel): Promise<string> {
  const weights = await exportWeights(model);
  const parts = weights.flatMap(({ name, shape, data }) => [
    `${name} [${shape}]`,
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  ]);
  return sha256(JSON.stringify(model.spec), ...parts);
}
