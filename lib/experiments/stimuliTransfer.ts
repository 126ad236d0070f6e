// Experiment: does a network that learnt shape from drawings recognise the stimuli that people were shown?
import type { Cell } from '../results/record';
import type { Experiment } from './experiment';
import type { ReliefData } from './topkTraining';

export type StimuliTransferConfig = {
  /** The training and test images, rendered on the fly. */
  readonly data: ReliefData;
  readonly seeds: readonly number[];
  /** Seed whose trained network is kept as an artifact of its record; null for none. */
  readonly keptSeed: number | null;
  /** Side of the input, in pixels: the stimuli are shrunk to it. */
  readonly imageSize: number;
  /** Channels of the first stage; 64 is the ResNet-18 of the papers. */
  readonly width: number;
  readonly stemStride: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** At the start; it falls to 0 along a cosine over the epochs. */
  readonly learningRate: number;
  readonly optimizer: { readonly momentum: number; readonly weightDecay: number };
  /** Smallest share of an image's area that a random training crop keeps. */
  readonly smallestCrop: number;
};

/** All that determines the numbers of one cell. */
export type StimuliTransferCellConfig = {
  readonly data: ReliefData;
  readonly model: {
    readonly architecture: 'resnet18';
    readonly variant: 'paper';
    readonly width: number;
    readonly inputSize: number;
    readonly classes: number;
    readonly stemStride: number;
    readonly activation: 'none';
  };
  readonly optimizer: StimuliTransferConfig['optimizer'];
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly smallestCrop: number;
  readonly seed: number;
  /** Where the trained network is kept, from the root of the repository; null: nowhere. */
  readonly network: string | null;
};

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
