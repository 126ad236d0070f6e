// torchvision's weights from ImageNet, as timm keeps them on the Hugging Face hub.
import type { ModelSpec } from '../models/model';
import { unknownName } from '../suggest';
import { type HubOptions, hubFile } from './hub';

interface Source {
  readonly architecture: string;
  /** On the hub; null: not there. */
  readonly repository: string | null;
}

const FILE = 'model.safetensors';

const SOURCES: Readonly<Record<string, Source>> = {
  resnet18: { architecture: 'torchvision-resnet18', repository: 'timm/resnet18.tv_in1k' },
  resnet50: { architecture: 'resnet50', repository: 'timm/resnet50.tv_in1k' },
  vgg16: { architecture: 'vgg16', repository: 'timm/vgg16.tv_in1k' },
  vgg19: { architecture: 'vgg19', repository: 'timm/vgg19.tv_in1k' },
  alexnet: { architecture: 'alexnet', repository: null },
};

/** The networks whose weights can be had. */
export const PRETRAINED = Object.keys(SOURCES);

export interface PretrainedWeights {
  /** Safetensors; in the cache. */
  readonly file: string;
  /** Of the network that they belong to: `loadModel(file, { spec })`. */
  readonly spec: ModelSpec;
}

/** The weights of a network that torchvision trained on ImageNet, downloaded once.
 *
 *  Throws on a name that is none of `PRETRAINED`, and where the file cannot be had, saying how to make it. */
export async function pretrainedWeights(name: string, options: HubOptions = {}): Promise<PretrainedWeights> {
  if (!PRETRAINED.includes(name)) throw unknownName('network', name, PRETRAINED);
  const { architecture, repository } = SOURCES[name];
  const spec = { architecture, classes: 1000 };
  if (repository === null) {
    throw new Error(`The hub has no weights of ${name} that are known here. ${howToMake(name)}`);
  }
  try {
    return { file: await hubFile(repository, FILE, options), spec };
  } catch (error) {
    options.signal?.throwIfAborted();
    throw new Error(`Cannot fetch the weights of ${name}: ${(error as Error).message}. ${howToMake(name)}`);
  }
}

function howToMake(name: string): string {
  const python = `save_file(${name}(weights="IMAGENET1K_V1").state_dict(), "${name}.safetensors")`;
  const use = `npm run benchmark -- --model ${name}.safetensors --architecture ${SOURCES[name].architecture}`;
  return `With Python and torchvision: from torchvision.models import ${name}; from safetensors.torch import save_file; ${python}. Then: ${use}`;
}
