// The optional package @huggingface/transformers, loaded when depth maps are made and not before.
import { loadOptional } from '../../optionalPackage';

/** What is used of a tensor of the package. */
export interface DepthTensor {
  readonly dims: readonly number[];
  readonly data: ArrayLike<number>;
}

/** The depth-estimation pipeline: an image in, its depth at the image's size out. */
export interface DepthPipeline {
  (image: object): Promise<{ predicted_depth: DepthTensor }>;
  readonly model: {
    readonly sessions: Readonly<Record<string, { inputNames: string[]; outputNames: string[] }>>;
  };
  dispose(): Promise<unknown>;
}

export interface Transformers {
  readonly RawImage: new (data: Uint8ClampedArray, width: number, height: number, channels: 1 | 3) => object;
  pipeline(task: 'depth-estimation', folder: string, options: object): Promise<DepthPipeline>;
}

/** Loads the package. Throws, saying how to install it, where it or its native part is missing. */
export function loadTransformers(load?: () => unknown): Transformers {
  return loadOptional('@huggingface/transformers', { neededBy: 'Depth maps', load });
}
