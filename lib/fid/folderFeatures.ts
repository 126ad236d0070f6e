// Features of every image of a source, remembered by what determines them.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { ImageSource } from '../data/imageSource';
import { normalisedPixels } from '../data/normalisedPixels';
import { pillowResize } from '../data/pillowResize';
import type { Normalisation } from '../data/resample';
import { fromRoot, sha256 } from '../files';
import { readSafetensors, writeSafetensors } from '../models/safetensors';
import type { FeatureMatrix } from './featureMatrix';
import type { FeatureNetwork } from './featureNetwork';

/** Images a forward pass. */
const BATCH = 32;
const FEATURES = 'features';

/** How images come to the network's size: the whole image, its aspect ratio not kept, as in the evaluations of generators. */
const RESIZE = "the whole image, stretched, by Pillow's bilinear filter";

/** What a network's result says of it. */
export function resizeOf({ resize }: FeatureNetwork): string {
  return resize ?? RESIZE;
}

export interface SourceFeaturesOptions {
  /** Of pixels, unless the network prepares them itself. */
  normalisation: Normalisation;
  /** Leave out images that cannot be read, and say which. Default: throw. */
  skipBad?: boolean;
  /** Remembered features; null: none. Default: .cache/fid. */
  cache?: string | null;
  signal?: AbortSignal;
  report?: (line: string) => void;
}

/** An image that cannot be decoded. */
export class UnreadableImage extends Error {}

/** The features of a source's images in their order. Throws the first image's error that cannot be read, unless `skipBad`. */
export async function sourceFeatures(
  source: ImageSource,
  network: FeatureNetwork,
  options: SourceFeaturesOptions,
): Promise<FeatureMatrix> {
  const { normalisation, skipBad = false, cache = fromRoot('.cache', 'fid') } = options;
  const key = sha256(network.hash, source.hash, JSON.stringify([normalisation, skipBad, resizeOf(network)]));
  const file = cache === null ? null : path.join(cache, `${key.slice(0, 32)}.safetensors`);
  if (file !== null && fs.existsSync(file)) return readFeatures(file);
  const rows: Float32Array[] = [];
  for (let start = 0; start < source.count; start += BATCH) {
    options.signal?.throwIfAborted();
    const places = Array.from({ length: Math.min(BATCH, source.count - start) }, (_, i) => start + i);
    const prepared = await Promise.all(places.map((place) => pixelsOf(source, place, network, options)));
    const readable = places.filter((_, i) => prepared[i] !== null);
    const pixels = prepared.filter((image): image is Float32Array => image !== null);
    if (pixels.length === 0) continue;
    const joined = new Float32Array(pixels.length * pixels[0].length);
    for (const [i, image] of pixels.entries()) joined.set(image, i * image.length);
    const nameOf = (i: number): string => `image ${readable[i]} of ${source.name}`;
    const values = await network.features(joined, pixels.length, nameOf);
    const size = values.length / pixels.length;
    for (let i = 0; i < pixels.length; i++) rows.push(values.slice(i * size, (i + 1) * size));
  }
  const features = matrixOf(rows, source.name);
  if (file !== null) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const data = Float32Array.from(features.values);
    writeSafetensors(file, [{ name: FEATURES, shape: [features.count, features.size], data }], {});
  }
  return features;
}

async function pixelsOf(
  source: ImageSource,
  place: number,
  network: FeatureNetwork,
  { normalisation, skipBad, report }: SourceFeaturesOptions,
): Promise<Float32Array | null> {
  const size = network.inputSize;
  try {
    const image = await source.image(place);
    return network.prepare?.(image) ?? normalisedPixels(pillowResize(image, size, size), normalisation);
  } catch (error) {
    if (!skipBad) throw new UnreadableImage((error as Error).message);
    report?.(`left out: ${(error as Error).message}`);
    return null;
  }
}

function matrixOf(rows: readonly Float32Array[], name: string): FeatureMatrix {
  if (rows.length < 2) {
    throw new Error(
      `${name} has ${rows.length} image${rows.length === 1 ? '' : 's'} that can be read; a distance between sets needs two or more in each.`,
    );
  }
  const size = rows[0].length;
  const values = new Float64Array(rows.length * size);
  for (const [i, row] of rows.entries()) values.set(row, i * size);
  return { values, count: rows.length, size };
}

function readFeatures(file: string): FeatureMatrix {
  const { tensors } = readSafetensors(file);
  const { shape, data } = tensors.get(FEATURES)!;
  return { values: Float64Array.from(data), count: shape[0], size: shape[1] };
}
