// The registry of architectures, for files and notebooks that name theirs. Experiments import the builders that they use: what is
// registered here is no part of their records' code.
import { unknownName } from '../suggest';
import { buildAlexNet } from './alexnet';
import { buildGenerator } from './fastgan/generator';
import { buildHgruAutoEncoder } from './hgruAutoEncoder';
import { buildAutoEncoder, buildUNet } from './locnet';
import type { ImageModel, ModelSpec } from './model';
import { buildResNet18 } from './resnet';
import { buildResNet50 } from './resnet50';
import { sparsified, splitSpec } from './sparsified';
import { buildTorchvisionResNet18 } from './torchvisionResNet18';
import { buildTransformerAutoEncoder } from './transformerAutoEncoder';
import { buildVgg } from './vgg';

type ModelBuilder = (spec: ModelSpec, seed: number) => ImageModel;

/** Networks that answer an image with logits. */
const CLASSIFIERS: Readonly<Record<string, ModelBuilder>> = {
  resnet18: buildResNet18,
  'torchvision-resnet18': buildTorchvisionResNet18,
  resnet50: buildResNet50,
  alexnet: buildAlexNet,
  vgg16: buildVgg,
  vgg19: buildVgg,
  autoencoder: buildAutoEncoder,
  unet: buildUNet,
  'hgru-autoencoder': buildHgruAutoEncoder,
  'transformer-autoencoder': buildTransformerAutoEncoder,
};

const BUILDERS: Readonly<Record<string, ModelBuilder>> = {
  ...CLASSIFIERS,
  'fastgan-generator': buildGenerator,
};

/** The names that `spec.architecture` may have. */
export function architectures(): string[] {
  return Object.keys(BUILDERS);
}

/** Those of networks that answer an image with logits. */
export function classifiers(): string[] {
  return Object.keys(CLASSIFIERS);
}

/** A model from its spec, with initial weights from the seed; the caller disposes it.
 *
 *  A spec with `sparseAfter` is that of a network that `sparsified` made. Throws on an unknown architecture, option or value. The model's own `spec`
 *  has every option filled in. */
export function buildModel(spec: ModelSpec, seed: number): ImageModel {
  const { own, sparsity } = splitSpec(spec);
  const known = architectures();
  if (!known.includes(own.architecture)) throw unknownName('architecture', own.architecture, known);
  const model = BUILDERS[own.architecture](own, seed);
  if (sparsity === undefined) return model;
  try {
    return sparsified(model, sparsity);
  } finally {
    // The layers live on where the other network holds them.
    model.dispose();
  }
}
