// What the Top-K training experiment is told: of its grid, and of one cell.

/** Code-Spec: momentum, weight decay and a wide classifier, as in the authors' code; Paper-Spec: none of it, as printed. */
export type Spec = 'code' | 'paper';
export type Variant = 'none' | 'topk' | 'topk-mean';

/** Relief-16, rendered on the fly. */
export type ReliefData = {
  readonly kind: 'relief16';
  /** Share of the training images that carry their class's own texture. */
  readonly textureCue: number;
  readonly trainPerClass: number;
  readonly testPerClass: number;
  readonly seed: number;
};

/** `<data>/train/<class>`, `test/<class>`, `stylised_test/<class>` and, if wanted, `cue_conflict/<shape class>/<texture class>`. */
export type FolderData = {
  readonly kind: 'image-folders';
  /** Shown in captions. */
  readonly name: string;
};

/** Ten classes that a network is trained to tell apart. */
export type Subset = { readonly id: string; readonly classes: readonly string[] };

export type OptimizerSettings = { readonly momentum: number; readonly weightDecay: number };

export type TopKTrainingConfig = {
  readonly data: ReliefData | FolderData;
  readonly subsets: readonly Subset[];
  readonly specs: readonly Spec[];
  readonly variants: readonly Variant[];
  readonly seeds: readonly number[];
  /** Side of the input, in pixels. */
  readonly imageSize: number;
  /** Channels of the first stage; 64 is the ResNet-18 of the papers. */
  readonly width: number;
  readonly stemStride: number;
  /** Share of the positions of a map that Top-K keeps. */
  readonly topKFraction: number;
  readonly epochs: number;
  readonly batchSize: number;
  /** At the start; it falls to 0 along a cosine over the epochs. */
  readonly learningRate: number;
  readonly optimizers: { readonly code: OptimizerSettings; readonly paper: OptimizerSettings };
  /** Smallest share of an image's area that a random training crop keeps. */
  readonly smallestCrop: number;
};

/** All that determines the numbers of one cell. */
export type TopKCellConfig = {
  readonly data: ReliefData | FolderData;
  readonly classes: readonly string[];
  readonly model: {
    readonly architecture: 'resnet18';
    readonly variant: Spec;
    readonly width: number;
    readonly inputSize: number;
    readonly classes: number;
    readonly stemStride: number;
    readonly activation: Variant;
    readonly topKFraction: number;
    readonly topKForm: 'reproduction';
  };
  readonly optimizer: OptimizerSettings;
  readonly epochs: number;
  readonly batchSize: number;
  readonly learningRate: number;
  readonly smallestCrop: number;
  readonly seed: number;
};
