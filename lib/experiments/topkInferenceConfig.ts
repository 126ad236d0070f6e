// What the experiment topk-inference is told: of its grid, and of one cell.
import type { ModelSpec } from '../models/model';
import type { PlainTraining } from './plainTrainingConfig';
import type { ReliefData } from './topkConfig';

export type InferenceNetwork = 'alexnet' | 'vgg16';

/** `<data>/weights/<network>.safetensors`, torchvision's from ImageNet, and `<data>/cue-conflict/`. */
export type PretrainedData = {
  readonly kind: 'pretrained';
  /** Shown in captions. */
  readonly name: string;
};

export type TopKInferenceConfig = {
  readonly data: ReliefData | PretrainedData;
  readonly models: Readonly<Record<InferenceNetwork, ModelSpec>>;
  /** One for each network; of pretrained ones they are different in nothing. */
  readonly seeds: readonly number[];
  /** Seed whose trained networks are kept as artifacts; null for none. */
  readonly keptSeed: number | null;
  /** Shares of the positions of each map that pass, besides all of them. */
  readonly fractions: readonly number[];
  /** Null: pretrained. */
  readonly training:
    | (Omit<PlainTraining, 'learningRate'> & {
        readonly learningRates: Readonly<Record<InferenceNetwork, number>>;
      })
    | null;
  /** Cue-conflict images a class, of Relief-16. */
  readonly conflictPerClass: number;
};

/** All that determines the numbers of one cell. */
export type TopKInferenceCellConfig = Pick<TopKInferenceConfig, 'data' | 'fractions' | 'conflictPerClass'> & {
  readonly model: ModelSpec;
  readonly training: PlainTraining | null;
  /** Layers that Top-K follows. */
  readonly after: readonly string[];
  readonly seed: number;
  /** Whether the trained network is kept. */
  readonly keep: boolean;
};
