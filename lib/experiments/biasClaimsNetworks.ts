// The networks whose claims are measured: trained as their experiments train them, or kept by these.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, sha256 } from '../files';
import { buildAlexNet } from '../models/alexnet';
import { buildHgruAutoEncoder } from '../models/hgruAutoEncoder';
import { buildAutoEncoder, buildUNet } from '../models/locnet';
import type { ImageModel } from '../models/model';
import { buildResNet18 } from '../models/resnet';
import { buildResNet50 } from '../models/resnet50';
import { readSafetensors } from '../models/safetensors';
import { sparsified } from '../models/sparsified';
import { buildTransformerAutoEncoder } from '../models/transformerAutoEncoder';
import { buildVgg } from '../models/vgg';
import { loadWeights } from '../models/weights';
import { restoreState } from '../train/checkpoint';
import type { MeasuredNetwork } from './biasClaimsConfig';
import type { CellContext, CellOutcome } from './experiment';
import { runLocNetCell } from './locnetCell';
import type { LocNetCellConfig } from './locnetConfig';
import { runReflectionCell } from './locnetReflectionCell';
import type { ReflectionCellConfig } from './locnetReflectionConfig';
import { runTopKCell } from './topkCell';
import type { TopKCellConfig } from './topkConfig';

/** A network, and how it was trained. The caller disposes of the network. */
export interface OpenedNetwork {
  readonly model: ImageModel;
  /** Undefined where it was read from a file. */
  readonly trained?: Pick<CellOutcome, 'seeds' | 'curves'>;
}

const LOCNETS = {
  resnet50: buildResNet50,
  autoencoder: buildAutoEncoder,
  unet: buildUNet,
  'hgru-autoencoder': buildHgruAutoEncoder,
  'transformer-autoencoder': buildTransformerAutoEncoder,
};
const INFERENCE = { alexnet: buildAlexNet, vgg16: buildVgg };

/** Trains or reads it. Resumes from the context's checkpoint. Throws `Interrupted` when aborted, and when a kept network is missing, saying what makes it. */
export async function openNetwork(network: MeasuredNetwork, context: CellContext): Promise<OpenedNetwork> {
  if (network.kind === 'topk-inference') return { model: openKept(network) };
  // What the experiment writes beside its own records stays there.
  const alone = { ...context, artifact: unwritten };
  const config = network.config as unknown;
  // Its own judgement by the 17 sets changes nothing in the network: as few images as there can be.
  const hasty = { benchmarkShare: 1e-3, keep: false };
  if (network.kind === 'locnet' || network.kind === 'locnet-reflection') {
    const own = config as LocNetCellConfig & ReflectionCellConfig;
    const run = network.kind === 'locnet' ? runLocNetCell : runReflectionCell;
    const { seeds, curves } = await run({ ...own, ...hasty }, alone);
    const model = LOCNETS[own.model.architecture](own.model, seeds.weights);
    return { model: restored(model, context), trained: { seeds, curves } };
  }
  const own = config as TopKCellConfig;
  const { seeds, curves } = await runTopKCell(own, alone);
  return {
    model: restored(buildResNet18(own.model, seeds.weights), context),
    trained: { seeds, curves },
  };
}

/** The file of a kept network. Throws when it is not there. */
export function keptFile({ file }: Extract<MeasuredNetwork, { kind: 'topk-inference' }>): string {
  const found = fromRoot(...file.split('/'));
  if (!fs.existsSync(found)) {
    throw new Error(
      `${file} is missing: a kept network of topk-inference. Make it with: npm run reproduce -- topk-inference`,
    );
  }
  return found;
}

function openKept(network: Extract<MeasuredNetwork, { kind: 'topk-inference' }>): ImageModel {
  const { model: spec, after, kept } = network;
  const build = INFERENCE[spec.architecture as keyof typeof INFERENCE];
  const whole = build(spec as Parameters<typeof build>[0], 0);
  const file = keptFile(network);
  loadWeights(whole, readSafetensors(file).tensors, file);
  if (kept === 1) return whole;
  const thinned = sparsified(whole, { after, fraction: kept });
  const dispose = (): void => {
    thinned.dispose();
    whole.dispose();
  };
  return { ...thinned, dispose };
}

/** The weights at the end of the training, which its checkpoint holds. */
function restored(model: ImageModel, { checkpoints }: CellContext): ImageModel {
  const { tensors } = readSafetensors(path.join(checkpoints, 'checkpoint.safetensors'));
  const weights = [...tensors.values()].filter(({ name }) => name.startsWith('model.'));
  restoreState({ model, optimizer: { state: () => [], load: () => undefined } as never }, weights);
  return model;
}

function unwritten(name: string, content: string | Uint8Array): ReturnType<CellContext['artifact']> {
  return { file: name, sha256: sha256(content), bytes: Buffer.byteLength(content) };
}
