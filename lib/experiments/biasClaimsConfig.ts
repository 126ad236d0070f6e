// What the experiment that measures the papers' own networks is told: of its grid, and of one cell.
import type { JsonObject } from '../results/record';
import type { SuppressionPlan } from './biasMeasuresConfig';

/** Experiments whose networks are trained anew. */
export type TrainedSource = 'topk-training' | 'locnet' | 'locnet-reflection';

/** How a network comes about. */
export type MeasuredNetwork =
  /** Trained as a cell of that experiment is. */
  | { readonly kind: TrainedSource; readonly cell: string; readonly config: JsonObject }
  /** Trained by a cell of topk-inference, which keeps it, and thinned out: `kept` is the share of activations that pass. */
  | {
      readonly kind: 'topk-inference';
      readonly file: string;
      readonly model: JsonObject;
      readonly after: readonly string[];
      readonly kept: number;
    };

type Shared = {
  /** Images in every set that a network is measured on, rounded up to whole images of each class. */
  readonly images: number;
  readonly testSeed: number;
  readonly suppressions: SuppressionPlan;
};

export type BiasClaimsConfig = Shared & {
  /** Profile of the experiments whose networks are measured. */
  readonly profile: string;
  /** Class subsets of topk-training. */
  readonly subsets: readonly string[];
  readonly trained: Readonly<
    Record<TrainedSource, { variants: readonly string[]; seeds: readonly number[] }>
  >;
  /** In place of those of each trained network; null: those. */
  readonly seeds: readonly number[] | null;
  /** Shares of the activations of AlexNet and VGG-16 that pass. */
  readonly kept: readonly number[];
};

/** All that determines the numbers of one cell. */
export type BiasClaimsCellConfig = Shared & {
  readonly network: MeasuredNetwork;
  readonly classes: readonly string[];
  readonly imageSize: number;
};
