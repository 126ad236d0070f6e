// The registry of architectures, for files and notebooks that name theirs. Experiments import the builders that they use: what is
// registered here is no part of their records' code.
import { unknownName } from '../suggest';
import { buildAlexNet } from './alexnet';
import { buildHgruAutoEncoder } from './hgruAutoEncoder';
import { buildAutoEncoder, buildUNet } from './locnet';
import type { ImageModel, ModelSpec } from './model';
import { buildResNet18 } from './resnet';
import { buildResNet50 } from './resnet50';
import { buildTorchvisionResNet18 } from './torchvisionResNet18';
import { buildTransformerAutoEncoder } from './transformerAutoEncoder';
import { buildVgg } from './vgg';

type ModelBuilder = (spec: ModelSpec, seed: number) => ImageModel;

const BUILDERS: Readonly<Record<string, ModelBuilder>> = {
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

/** The names that `spec.architecture` may have. */
export function architectures(): string[] {
  return Object.keys(BUILDERS);
}

/** A model from its spec, with initial weights from the seed; the caller disposes it.
 *
 *  Throws on an unknown architecture, option or value. The model's own `spec` has every option filled in. */
export function buildModel(spec: ModelSpec, seed: number): ImageModel {
  const known = architectures();
  if (!known.includes(spec.architecture)) throw unknownName('architecture', spec.architecture, known);
  return BUILDERS[spec.architecture](spec, seed);
}
