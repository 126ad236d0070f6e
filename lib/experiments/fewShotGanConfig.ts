// What the experiment few-shot-gan is told: of its grid, and of one cell.

/** Pictures of single classes of Relief-16, `images` of each. */
export type ReliefFewShot = {
  readonly kind: 'relief16';
  readonly images: number;
  readonly seed: number;
};

/** `<data>/<set>/`, and `<data>/weights/` with what the configuration names. */
export type FolderFewShot = {
  readonly kind: 'image-folders';
  /** Shown in captions. */
  readonly name: string;
};

/** How far an image is from what the discriminator paints of it, and how far generated images are from real ones. `own`: networks of ours, which ship
 *  with the repository; else files in `<data>/weights/`. */
export type FewShotNetworks =
  | { readonly kind: 'own' }
  | {
      readonly kind: 'files';
      /** Safetensors of VGG-16 and of LPIPS' heads. */
      readonly vgg: string;
      readonly heads: string;
      /** Safetensors of the Inception-v3 of 2015; or ONNX, of pixels in -1..1 and so many rows. */
      readonly features: string;
      readonly featuresSize: number;
    };

/** Where Top-K is put, in the report's notation: "32_5" keeps 5 % of the 32 x 32 map. */
export type SparsityVariant = 'none' | 'top5' | 'top15';
export type NoiseVariant = 'off' | 'on';

export type GanTraining = {
  readonly imageSize: number;
  /** Channels in units of which the networks are wide, and the decoders. */
  readonly width: number;
  readonly decoderWidth: number;
  /** Numbers an image is made from. */
  readonly latent: number;
  readonly iterations: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Share of the past in the averaged weights. */
  readonly averageDecay: number;
  /** Iterations between evaluations. */
  readonly everyIterations: number;
  /** Evaluations by the report's protocol without a better one before both networks go back to their best state; null: never. */
  readonly patience: number | null;
};

export type GanMeasurement = {
  /** Images generated for an evaluation, and for the distances at the end. */
  readonly during: number;
  readonly atEnd: number;
};

export type FewShotGanConfig = GanTraining & {
  readonly data: ReliefFewShot | FolderFewShot;
  readonly networks: FewShotNetworks;
  /** Data sets: classes, or folders. */
  readonly sets: readonly string[];
  readonly sparsities: readonly SparsityVariant[];
  readonly noises: readonly NoiseVariant[];
  readonly seeds: readonly number[];
  /** Seed whose pictures are kept; null for none. */
  readonly keptSeed: number | null;
  readonly measurement: GanMeasurement;
};

/** All that determines the numbers of one cell. */
export type FewShotGanCellConfig = {
  readonly data: ReliefFewShot | FolderFewShot;
  readonly networks: FewShotNetworks;
  readonly set: string;
  readonly sparsity: string;
  readonly noise: 'none' | 'learnt';
  readonly training: GanTraining;
  readonly measurement: GanMeasurement;
  readonly seed: number;
  /** Whether pictures, and whether the generator is kept. */
  readonly keep: boolean;
  readonly keepGenerator: boolean;
};
