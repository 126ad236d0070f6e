// Experiment: does a network that exists already rely on shape once its activations are thinned out? The Top-K report, Section 3.2.
import { PLACEMENTS } from '../models/placements';
import type { Cell } from '../results/record';
import type { Experiment } from './experiment';
import type { InferenceNetwork, TopKInferenceCellConfig, TopKInferenceConfig } from './topkInferenceConfig';

const FRACTIONS = [0.5, 0.4, 0.3, 0.2, 0.1, 0.05];

/** Of both networks of Relief-16. */
const SMALL = { inputSize: 64, classes: 16, dropout: 0.2, hidden: 128 } as const;

/** torchvision's. */
const FULL = { width: 64, inputSize: 224, classes: 1000, dropout: 0.5, hidden: 4096 } as const;

/** {AlexNet, VGG-16} x seeds; each network is judged with all activations, with the strongest only, and without the strongest. */
export const topKInference: Experiment<TopKInferenceConfig, TopKInferenceCellConfig> = {
  id: 'topk-inference',
  title: 'Top-K in networks that were trained without it',
  paper: 'topk',
  question: 'Do the strongest activations of a network decide by shape, the others by texture?',
  entry: 'lib/experiments/topkInferenceCell.ts',
  profiles: {
    tiny: {
      budget: { minutes: 45, memory: 1.5, device: 'two CPU cores, native' },
      config: {
        // So that plain networks rely on texture, as those from ImageNet do: the claim is about them.
        data: { kind: 'relief16', textureCue: 0.8, trainPerClass: 240, testPerClass: 30, seed: 1 },
        models: {
          alexnet: { ...SMALL, architecture: 'alexnet', width: 16, stemStride: 2 },
          vgg16: { ...SMALL, architecture: 'vgg16', width: 8 },
        },
        seeds: [1, 2, 3, 4, 5],
        keptSeed: 1,
        fractions: FRACTIONS,
        training: {
          epochs: 20,
          batchSize: 32,
          // VGG without batch norm dies at AlexNet's rate.
          learningRates: { alexnet: 0.03, vgg16: 0.012 },
          warmUpEpochs: 1,
          optimizer: { momentum: 0.9, weightDecay: 5e-4 },
          smallestCrop: 0.6,
        },
        // As many as the 1,200 conflicts of Geirhos et al.
        conflictPerClass: 75,
      },
    },
    paper: {
      // By the bench: 0.3 s an image and condition for VGG-16, of which there are 13 x 1,280.
      budget: { minutes: 100, memory: 8, device: 'two CPU cores, native' },
      config: {
        data: { kind: 'pretrained', name: 'cue-conflict of Geirhos et al. (2019)' },
        models: {
          alexnet: { ...FULL, architecture: 'alexnet' },
          vgg16: { ...FULL, architecture: 'vgg16' },
        },
        seeds: [0],
        keptSeed: null,
        fractions: FRACTIONS,
        training: null,
        conflictPerClass: 75,
      },
    },
  },
  cells: ({ models, seeds }) =>
    seeds.flatMap((seed) =>
      Object.keys(models).map((network): Cell => ({ id: `${network}--seed${seed}`, seed, network })),
    ),
  cellConfig,
  async dataHash(config, inputs) {
    if (inputs.data === undefined) return null;
    const { hashInferenceData } = await import('./topkInferenceData');
    return hashInferenceData(config, inputs);
  },
  runsWithoutFolder: ({ data }) => data.kind === 'relief16',
  async run(config, context) {
    const { runTopKInferenceCell } = await import('./topkInferenceCell');
    return runTopKInferenceCell(config, context);
  },
};

function cellConfig(config: TopKInferenceConfig, { network, seed }: Cell): TopKInferenceCellConfig {
  const { models, seeds: _, keptSeed, training, ...shared } = config;
  const name = network as InferenceNetwork;
  const cell = { ...shared, model: models[name], after: PLACEMENTS[name], seed, keep: seed === keptSeed };
  if (training === null) return { ...cell, training };
  const { learningRates, ...recipe } = training;
  return { ...cell, training: { learningRate: learningRates[name], ...recipe } };
}
