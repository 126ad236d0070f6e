// What the experiment on LocNet's last section is told: of its grid, and of one cell.
import type { LocNetConfig, LocNetTraining } from './locnetConfig';

/** `baseline`, `joint`: as in the LocNet experiment, the latter also searched for sub-networks; `unannealed`: joint, the class at full weight
 *  all the time; `image`: paints the image instead of its depth; `dropout`: joint, dropout across the encoder; `hgru`, `transformer`: joint,
 *  with another encoder; `hgru-class`, `transformer-class`: these without depth. */
export type ReflectionVariant =
  | 'baseline'
  | 'joint'
  | 'unannealed'
  | 'image'
  | 'dropout'
  | 'hgru'
  | 'hgru-class'
  | 'transformer'
  | 'transformer-class';

export type MaskSettings = {
  readonly epochs: number;
  /** Learning rate of the scores, falling as a cosine. */
  readonly rate: number;
  /** Weight of the mean density in the loss of each task. */
  readonly density: number;
};

export type ReflectionConfig = Omit<LocNetConfig, 'variants'> & {
  readonly variants: readonly ReflectionVariant[];
  /** Of the variant `dropout`: after every stage of the encoder. */
  readonly encoderDropout: number;
  readonly hgru: { readonly width: number; readonly firstRecurrent: number; readonly steps: number };
  readonly transformer: {
    readonly width: number;
    readonly patchSize: number;
    readonly blocks: number;
    readonly heads: number;
    readonly hidden: number;
  };
  readonly masks: MaskSettings;
};

/** All that determines the numbers of one cell. */
export type ReflectionCellConfig = LocNetTraining & {
  readonly model: {
    readonly architecture: 'resnet50' | 'autoencoder' | 'hgru-autoencoder' | 'transformer-autoencoder';
    readonly inputSize: number;
    readonly [option: string]: string | number;
  };
  /** The map that is learnt beside the class; null for none. */
  readonly paints: 'depth' | 'image' | null;
  /** How sub-networks are searched; null: they are not. */
  readonly masks: MaskSettings | null;
};
