// Experiment: does a network that learnt shape from drawings recognise the stimuli that humans were shown?
import type { Cell } from '../results/record';
import type { Experiment } from './experiment';
import type { StimuliTransferCellConfig, StimuliTransferConfig } from './stimuliTransferConfig';

/** The network that ships with the repository: a plain ResNet-18 of width 16, trained on all 16 classes of Relief-16. */
export const SHIPPED_NETWORK = 'data/records/tiny/stimuli-transfer/seed0.safetensors';

/** A plain network, trained on drawings in texture, relief and light, meets edges, silhouettes and cue-conflict images of
 *  photographs: those of Geirhos et al. (2019), given with `--data <folder>` that holds `edge/`, `silhouette/` and `cue-conflict/`. */
export const stimuliTransfer: Experiment<StimuliTransferConfig, StimuliTransferCellConfig> = {
  id: 'stimuli-transfer',
  title: 'From drawings to the stimuli of Geirhos et al.',
  paper: 'benchmark',
  question: 'Does a network that learnt shape from drawings see silhouettes of photographs above chance?',
  entry: 'lib/experiments/stimuliTransferCell.ts',
  profiles: {
    tiny: {
      budget: { minutes: 12, memory: 1.5, device: 'two CPU cores, wasm' },
      config: {
        // As in the profile tiny of topk-training, but all 16 classes, which the stimuli need.
        data: { kind: 'relief16', textureCue: 0.5, trainPerClass: 240, testPerClass: 50, seed: 0 },
        seeds: [0, 1, 2],
        keptSeed: 0,
        imageSize: 64,
        width: 16,
        stemStride: 2,
        epochs: 7,
        batchSize: 32,
        learningRate: 0.03,
        optimizer: { momentum: 0, weightDecay: 0 },
        smallestCrop: 0.35,
      },
    },
  },
  cells: ({ seeds }) => seeds.map((seed): Cell => ({ id: `seed${seed}`, seed })),
  cellConfig({ data, imageSize, width, stemStride, keptSeed, seeds: _, ...recipe }, { seed }) {
    const model = {
      architecture: 'resnet18',
      variant: 'paper',
      width,
      inputSize: imageSize,
      classes: 16,
      stemStride,
      activation: 'none',
    } as const;
    return { data, model, ...recipe, seed, network: seed === keptSeed ? SHIPPED_NETWORK : null };
  },
  async dataHash(_, inputs) {
    if (inputs.data === undefined) return null;
    const { hashStimuliTransferData } = await import('./stimuliTransferCell');
    return hashStimuliTransferData(inputs);
  },
  async run(config, context) {
    const { runStimuliTransferCell } = await import('./stimuliTransferCell');
    return runStimuliTransferCell(config, context);
  },
};
