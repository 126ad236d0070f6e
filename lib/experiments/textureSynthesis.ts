// Experiment: what do the strongest activations of a network hold, and what the others? The Top-K report, Section 3.1.
import type { Cell } from '../results/record';
import type { Experiment } from './experiment';
import type { TextureSynthesisCellConfig, TextureSynthesisConfig } from './textureSynthesisConfig';

/** A VGG a seed, and images made to have the Gram matrices, or the activations, of targets: of all activations, the strongest, all but these. */
export const textureSynthesis: Experiment<TextureSynthesisConfig, TextureSynthesisCellConfig> = {
  id: 'texture-synthesis',
  title: 'Textures and reconstructions from a part of the activations',
  paper: 'topk',
  question: 'Is structure lost without the strongest activations, and which reconstructions converge?',
  entry: 'lib/experiments/textureSynthesisCell.ts',
  profiles: {
    tiny: {
      budget: { minutes: 25, memory: 1.5, device: 'two CPU cores, native' },
      config: {
        data: { kind: 'relief16', textureCue: 0.8, trainPerClass: 240, testPerClass: 30, seed: 2 },
        model: {
          architecture: 'vgg16',
          width: 8,
          inputSize: 64,
          classes: 16,
          dropout: 0.2,
          hidden: 128,
          pooling: 'max',
        },
        training: {
          learningRate: 0.012,
          epochs: 10,
          batchSize: 32,
          warmUpEpochs: 1,
          optimizer: { momentum: 0.9, weightDecay: 5e-4 },
          smallestCrop: 0.6,
        },
        normalised: false,
        // The authors': 5 %; steps of 1 for textures, of 10 for reconstructions; 20 iterations each, 100 steps for textures and one for
        // reconstructions.
        synthesis: { fraction: 0.05, rates: [1, 10], steps: 12, iterations: 20 },
        images: 8,
        seeds: [0, 1],
        keptSeed: 0,
        shown: 5,
      },
    },
    paper: {
      budget: { minutes: 1500, memory: 16, device: 'one GPU' },
      config: {
        data: { kind: 'pretrained', name: 'photographs, VGG-19 from ImageNet' },
        model: { architecture: 'vgg19', inputSize: 256 },
        training: null,
        normalised: true,
        synthesis: { fraction: 0.05, rates: [1, 10], steps: 100, iterations: 20 },
        images: 8,
        seeds: [0],
        keptSeed: 0,
        shown: 5,
      },
    },
  },
  cells: ({ seeds }) => seeds.map((seed): Cell => ({ id: `seed${seed}`, seed })),
  cellConfig({ images, seeds: _, keptSeed, ...shared }, { seed }) {
    return { ...shared, images: { from: seed * images, count: images }, seed, keep: seed === keptSeed };
  },
  async dataHash(config, inputs) {
    if (config.data.kind === 'pretrained' && inputs.data === undefined) return null;
    const { hashTextureData } = await import('./textureSynthesisData');
    return hashTextureData(config, inputs);
  },
  async run(config, context) {
    const { runTextureSynthesisCell } = await import('./textureSynthesisCell');
    return runTextureSynthesisCell(config, context);
  },
};
