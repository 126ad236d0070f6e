// The reader's own network, saved by one notebook and evaluated in another.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot } from '../files';
import type { ImageModel } from '../models/model';
import { saveModel } from './saveModel';

const OWN_NETWORK = '.cache/networks/own.safetensors';

/** Keeps a network as the reader's own, in place of the one before. Classes: what its outputs stand for. */
export async function saveOwnNetwork(model: ImageModel, classes: readonly string[]): Promise<string> {
  const file = fromRoot(OWN_NETWORK);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  await saveModel(file, model, classes);
  return OWN_NETWORK;
}

/** The reader's own network, or else another, given from the root of the repository. GESTALT_OWN_NETWORK=0 passes over the reader's:
 *  so do notebooks that are executed to be committed. */
export function ownNetworkOr(other: string): { name: string; file: string } {
  const own = fromRoot(OWN_NETWORK);
  return process.env.GESTALT_OWN_NETWORK !== '0' && fs.existsSync(own)
    ? { name: 'your network', file: own }
    : { name: 'resnet18', file: fromRoot(other) };
}
