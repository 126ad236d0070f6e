// The networks by whose features sets of images are compared: ours, that of published numbers, or anyone's.
import { ONNX_DTYPE, openOnnxFeatures } from '../benchmark/onnx/onnxFeatures';
import { PIXEL_RANGES, type PixelRange } from '../benchmark/pixelRanges';
import { hashModel } from '../benchmark/saveModel';
import { IMAGENET_NORMALISATION, type Normalisation } from '../data/resample';
import { useEngine } from '../engine/engine';
import { classifierFeatures, type FeatureNetwork } from '../fid/featureNetwork';
import { inception2015 } from '../fid/inception2015';
import { fromRoot, sha256 } from '../files';
import { fitWeights } from '../models/fitWeights';
import type { ImageModel, ModelSpec } from '../models/model';
import { buildResNet18 } from '../models/resnet';
import { readSafetensors } from '../models/safetensors';
import { loadWeights } from '../models/weights';
import { hashCode } from '../results/codeHash';
import { SHIPPED_NETWORK } from './stimuliTransfer';

/** A network with what its images and its results need; close it when it is done. */
export interface OpenedFeatures {
  readonly network: FeatureNetwork;
  /** Of pixels, unless the network prepares images itself. */
  readonly normalisation: Normalisation;
  /** In which precision it computes. */
  readonly dtype: string;
  close(): Promise<void>;
}

/** The ResNet-18 that ships with Gestalt, trained on drawings of 64 pixels. */
export function openOwnFeatures(): Promise<OpenedFeatures> {
  const file = fromRoot(SHIPPED_NETWORK);
  const { tensors, metadata } = readSafetensors(file);
  const model = buildResNet18(JSON.parse(metadata.spec) as ModelSpec, 0);
  loadWeights(model, fitWeights(model, tensors, file), file);
  return featuresOfModel(model, "Gestalt's ResNet-18 of Relief-16");
}

/** What a classifier of ours has before its last layer; the model is closed with it. */
export async function featuresOfModel(model: ImageModel, name: string): Promise<OpenedFeatures> {
  const dtype = await ownDtype();
  return {
    network: classifierFeatures(model, { name, hash: await keyOf(await hashModel(model), dtype) }),
    normalisation: IMAGENET_NORMALISATION,
    dtype,
    close: async () => model.dispose(),
  };
}

/** The Inception-v3 of 2015. Throws as `inception2015`. */
export async function openInception(file: string): Promise<OpenedFeatures> {
  const dtype = await ownDtype();
  const network = inception2015(file);
  return {
    network: { ...network, hash: await keyOf(network.hash, dtype) },
    normalisation: IMAGENET_NORMALISATION,
    dtype,
    close: async () => network.dispose(),
  };
}

/** Any network in ONNX. Throws as `openOnnxFeatures`. */
export async function openOnnx(
  file: string,
  { input = 'imagenet', size }: { input?: PixelRange; size?: number },
): Promise<OpenedFeatures> {
  const network = await openOnnxFeatures(file, { size });
  return {
    network: { ...network, hash: await keyOf(network.hash, ONNX_DTYPE) },
    normalisation: PIXEL_RANGES[input],
    dtype: ONNX_DTYPE,
    close: () => network.close(),
  };
}

/** What makes and prepares features. */
const CODE = ['lib/experiments/featureNetworks.ts', 'lib/fid/folderFeatures.ts'];

/** Features are remembered by it, so it holds engine and code, too: those of another engine differ in their last digits, and a record must not depend on
 *  what this machine happens to remember. */
async function keyOf(weights: string, dtype: string): Promise<string> {
  return sha256(weights, dtype, ...(await Promise.all(CODE.map(hashCode))));
}

async function ownDtype(): Promise<string> {
  return `float32, ${(await useEngine({ quiet: true })).name}`;
}
