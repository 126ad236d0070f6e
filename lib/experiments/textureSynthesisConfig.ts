// What the experiment texture-synthesis is told: of its grid, and of one cell.
import type { ModelSpec } from '../models/model';
import type { PlainTraining } from './plainTrainingConfig';
import type { ReliefData } from './topkConfig';

/** `<data>/weights/vgg19.safetensors`, torchvision's from ImageNet, and the targets: images below `<data>/images/`. */
export type PretrainedImages = {
  readonly kind: 'pretrained';
  /** Shown in captions. */
  readonly name: string;
};

export type SynthesisSettings = {
  /** Share of the positions of each map that are its strongest. */
  readonly fraction: number;
  /** First steps of the line searches of reconstructions. */
  readonly rates: readonly number[];
  /** Of L-BFGS, and iterations in each. */
  readonly steps: number;
  readonly iterations: number;
};

export type TextureSynthesisConfig = {
  readonly data: ReliefData | PretrainedImages;
  readonly model: ModelSpec;
  /** Null: pretrained. */
  readonly training: PlainTraining | null;
  /** Whether the network's channels are made equally active, over the targets, before the synthesis. */
  readonly normalised: boolean;
  readonly synthesis: SynthesisSettings;
  /** Targets of a cell; each cell has its own. */
  readonly images: number;
  readonly seeds: readonly number[];
  /** Seed whose network and pictures are kept as artifacts; null for none. */
  readonly keptSeed: number | null;
  /** Targets whose pictures are kept. */
  readonly shown: number;
};

/** All that determines the numbers of one cell. */
export type TextureSynthesisCellConfig = Omit<TextureSynthesisConfig, 'images' | 'seeds' | 'keptSeed'> & {
  /** The targets are so many held-out images from this one on. */
  readonly images: { readonly from: number; readonly count: number };
  readonly seed: number;
  /** Whether network and pictures are kept. */
  readonly keep: boolean;
};
