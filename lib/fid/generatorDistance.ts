// How far a generator's images are from real ones: measured cleanly, or as the report's code does.
import type { ImageSource } from '../data/imageSource';
import type { Normalisation } from '../data/resample';
import type { ImageModel } from '../models/model';
import { deriveSeed } from '../random';
import type { FeatureMatrix } from './featureMatrix';
import type { FeatureNetwork } from './featureNetwork';
import { resizeOf, sourceFeatures } from './folderFeatures';
import {
  type Contrast,
  type GeneratedImages,
  generateImages,
  type NormStatistics,
  picturesOf,
  realPictures,
  withNorms,
} from './generatedImages';
import { measureDistance, type SetDistance } from './setDistance';

export interface Protocol {
  readonly norms: NormStatistics;
  readonly contrast: Contrast;
  /** So many sets are made, and the least distance is reported. */
  readonly samplings: number;
}

/** The report's differs in three ways; its fourth, the least of all evaluations of a run, is the caller's. Source: section 6 of the spec. */
export const PROTOCOLS = {
  clean: { norms: 'gathered', contrast: 'full', samplings: 1 },
  report: { norms: 'batch', contrast: 'half', samplings: 3 },
} as const satisfies Record<string, Protocol>;

export interface GeneratorDistanceOptions {
  real: ImageSource;
  network: FeatureNetwork;
  normalisation: Normalisation;
  /** In which precision the network runs. */
  dtype: string;
  /** Default `clean`. */
  protocol?: keyof typeof PROTOCOLS | Protocol;
  /** Generated images. Default 3000, the report's. */
  count?: number;
  seed: number;
  /** Parts for the interval; 0 for none. Default 0. */
  parts?: number;
  /** Remembered features of the real images. Default: .cache/fid. */
  cache?: string;
  signal?: AbortSignal;
}

export interface GeneratorDistance {
  readonly frechet: SetDistance;
  /** Of the same images. */
  readonly kernel: SetDistance;
  readonly protocol: Protocol;
  /** The images behind it, and the features of both sets. */
  readonly images: GeneratedImages;
  readonly generated: FeatureMatrix;
  readonly real: FeatureMatrix;
}

type Sampled = Pick<GeneratorDistance, 'frechet' | 'images' | 'generated'>;

/** Makes images and measures their distance from real ones, which are brought to the generator's size first. The generator is afterwards as it was before.
 *  Throws as `generateImages` and `measureDistance`. */
export async function generatorDistance(
  generator: ImageModel,
  options: GeneratorDistanceOptions,
): Promise<GeneratorDistance> {
  const { network, dtype, count = 3000, seed, parts = 0 } = options;
  const protocol =
    typeof options.protocol === 'object' ? options.protocol : PROTOCOLS[options.protocol ?? 'clean'];
  const real = await realFeatures(generator, options, protocol);
  const source = { features: network.name, resize: resizeOf(network), dtype };
  const { norms, contrast, samplings } = protocol;
  const sampled = await withNorms(generator, { norms, seed }, async () => {
    const sets: Sampled[] = [];
    for (let sampling = 0; sampling < samplings; sampling++) {
      const images = await generateImages(generator, {
        count,
        norms,
        seed: deriveSeed(seed, 'sampling', sampling),
      });
      const generated = await sourceFeatures(picturesOf(images, contrast), network, {
        ...options,
        cache: null,
      });
      const frechet = measureDistance(generated, real, source, { distance: 'frechet', parts });
      sets.push({ images, generated, frechet });
    }
    return sets;
  });
  if (sampled.length === 0) throw new Error('A protocol makes one set of images or more.');
  const best = sampled.reduce((a, b) => (b.frechet.value < a.frechet.value ? b : a));
  const kernel = measureDistance(best.generated, real, source, { distance: 'kernel', parts });
  return { ...best, kernel, protocol, real };
}

function realFeatures(
  generator: ImageModel,
  { real, network, normalisation, cache, signal }: GeneratorDistanceOptions,
  { contrast }: Protocol,
): Promise<FeatureMatrix> {
  const pictures = realPictures(real, generator.spec.imageSize as number, contrast);
  return sourceFeatures(pictures, network, { normalisation, cache, signal });
}
