// Stylised copies of all images below a folder, in folders of the same names: the stylised test sets of the Top-K study.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { decodeImage } from '../data/decodeImage';
import type { ByteImage } from '../data/imageSource';
import { normalisedPixels, pictureOfPixels } from '../data/normalisedPixels';
import { pillowResize } from '../data/pillowResize';
import { type StyleImages, styleImages } from '../data/styleImages';
import { allImagesBelow } from '../data/unlabelled';
import { useEngine } from '../engine/engine';
import { sha256, writeFileAtomic } from '../files';
import type { ImageModel } from '../models/model';
import { loadStyleDecoder } from '../models/styleDecoderFile';
import { STYLE_STRIDE, type StyleEncoder } from '../models/styleEncoder';
import { requireFitting } from '../models/styleLearner';
import type { ChannelStatistics } from '../ops/channelStatistics';
import { deriveSeed, Random } from '../random';
import { styleOf, stylise } from '../synthesis/stylise';
import { pngOf } from '../synthesis/targetImage';
import { openStyleEncoder } from './styleEncoderFile';
import { noteStyles } from './stylisedNote';

export interface StyliseOptions {
  /** Folder of images, in any folders below it. */
  images: string;
  /** `relief16`, or a folder of images. */
  styles: string;
  /** Safetensors files: a VGG, and the decoder that was trained for it. */
  encoder: string;
  decoder: string;
  /** The network of an encoder that does not say its own, e.g. `vgg19`. */
  architecture?: string;
  /** 0, the content, to 1, the whole style. Default 0.5, as in the Top-K study. */
  alpha?: number;
  /** Pixels of the shorter side, a multiple of 8 from 16. Default 256. */
  size?: number;
  /** Of the choice of styles. Default 0. */
  seed?: number;
  /** Folder of the stylised images. Default: the name of `images` with `-stylised`. */
  to?: string;
  signal?: AbortSignal;
  /** Called once all images are known: how many there are, and how many are stylised already. */
  onStart?: (total: number, kept: number) => void;
  /** Called after each image with how many are done, those kept and those that failed included. */
  onProgress?: (done: number) => void;
}

export interface StyliseResult {
  readonly to: string;
  readonly made: number;
  readonly kept: number;
  readonly failed: readonly { readonly image: string; readonly reason: string }[];
}

/** A longer side of more than this many shorter ones is refused: its maps would fill the memory. */
const LONGEST = 4;

type Job = Required<Pick<StyliseOptions, 'images' | 'to' | 'alpha' | 'size' | 'seed'>> & {
  readonly styles: StyleImages;
};

/** Writes every image in the style that `styleFor` gives it, as PNG: a lossy format would add a texture of its own. The shorter side becomes `size`, the
 *  longer one the nearest multiple of 8.
 *
 *  Images that are there are kept, so that a run that was cut off goes on; each is written whole or not at all. An image or style that cannot be read is
 *  in `failed`, and the others are done. Throws on weights, options and folders that cannot be used, on a folder of other settings, and `Interrupted`. */
export async function styliseFolder(options: StyliseOptions): Promise<StyliseResult> {
  const job = jobOf(options);
  const all = findImages(job);
  await useEngine();
  const { encoder, fileHash, close } = await openStyleEncoder(options.encoder, options);
  let decoder: ImageModel | undefined;
  try {
    decoder = loadStyleDecoder(options.decoder);
    requireFitting(encoder, decoder);
    noteStyles(
      job.to,
      {
        alpha: job.alpha,
        size: job.size,
        seed: job.seed,
        encoder: fileHash,
        decoder: sha256(fs.readFileSync(options.decoder)),
        styles: job.styles.name,
        stylesHash: job.styles.hash,
      },
      Object.fromEntries(all.map((image) => [image, job.styles.names[styleFor(job, image)]])),
    );
    return await makeMissing(job, { encoder, decoder }, all, options);
  } finally {
    decoder?.dispose();
    close();
  }
}

/** The style of an image, as an index: by the seed and the image's path alone, whatever other images there are. */
export function styleFor(
  { seed, styles }: { seed: number; styles: { readonly names: readonly string[] } },
  image: string,
): number {
  return new Random(deriveSeed(seed, 'style', image)).integer(styles.names.length);
}

/** Width and height after resizing: the shorter side is `size`, the longer one a multiple of 8. Throws on images that are longer than 4 to 1. */
export function stylisedSides(
  { width, height }: { width: number; height: number },
  size: number,
): { width: number; height: number } {
  const ratio = Math.max(width, height) / Math.min(width, height);
  if (ratio > LONGEST)
    throw new Error(
      `it is ${width} x ${height} pixels, longer than ${LONGEST} to 1; crop it or leave it out`,
    );
  const longer = Math.round((size * ratio) / STYLE_STRIDE) * STYLE_STRIDE;
  return width < height ? { width: size, height: longer } : { width: longer, height: size };
}

function jobOf(options: StyliseOptions): Job {
  const { alpha = 0.5, size = 256, seed = 0 } = options;
  if (!(alpha >= 0 && alpha <= 1)) throw new Error(`alpha is a number from 0 to 1, not ${alpha}.`);
  if (!(Number.isInteger(size) && size >= 2 * STYLE_STRIDE && size % STYLE_STRIDE === 0))
    throw new Error(`size is a multiple of ${STYLE_STRIDE} from ${2 * STYLE_STRIDE} pixels, not ${size}.`);
  for (const file of [options.encoder, options.decoder]) {
    if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile())
      throw new Error(`There is no file of weights ${file}.`);
  }
  const images = path.resolve(options.images);
  const to = path.resolve(options.to ?? `${images}-stylised`);
  return { images, to, alpha, size, seed, styles: styleImages(options.styles, size) };
}

function findImages({ images, to }: Job): string[] {
  const all = allImagesBelow(images);
  if (`${to}${path.sep}`.startsWith(`${images}${path.sep}`))
    throw new Error(
      `The stylised images cannot go to ${to}, which lies in the folder of the images: the next run would take them for images.`,
    );
  const owners = new Map<string, string>();
  for (const image of all) {
    const other = owners.get(outputOf(image));
    if (other !== undefined)
      throw new Error(
        `${images}: ${other} and ${image} would both become ${outputOf(image)}. Rename one of them.`,
      );
    owners.set(outputOf(image), image);
  }
  return all;
}

function outputOf(image: string): string {
  return `${image.slice(0, image.length - path.extname(image).length)}.png`;
}

interface Networks {
  readonly encoder: StyleEncoder;
  readonly decoder: ImageModel;
}

async function makeMissing(
  job: Job,
  networks: Networks,
  all: readonly string[],
  { signal, onStart, onProgress }: StyliseOptions,
): Promise<StyliseResult> {
  const missing: string[] = [];
  for (const image of all) {
    if (signal?.aborted) throw interrupted(0);
    if (!(await isMade(job, image))) missing.push(image);
  }
  const kept = all.length - missing.length;
  onStart?.(all.length, kept);
  const statistics = new StyleStatistics(job, networks.encoder);
  const failed: { image: string; reason: string }[] = [];
  let made = 0;
  try {
    for (const [index, image] of missing.entries()) {
      if (signal?.aborted) throw interrupted(made);
      const reason = await make(job, networks, statistics, image);
      if (reason === undefined) made++;
      else failed.push({ image, reason });
      onProgress?.(kept + index + 1);
    }
  } finally {
    statistics.dispose();
  }
  return { to: job.to, made, kept, failed };
}

/** Whether the image is there, whole and of this size. */
async function isMade({ to, size }: Job, image: string): Promise<boolean> {
  const file = path.join(to, outputOf(image));
  if (!fs.existsSync(file)) return false;
  const found = await decodeImage(file).catch(() => undefined);
  return found !== undefined && Math.min(found.width, found.height) === size;
}

/** Writes one image; returns why it or its style cannot be read, throws where the engine or the disk fails. */
async function make(
  job: Job,
  networks: Networks,
  statistics: StyleStatistics,
  image: string,
): Promise<string | undefined> {
  const file = path.join(job.images, image);
  let content: ByteImage;
  let style: ChannelStatistics;
  try {
    content = resized(await decodeImage(file), job.size, file);
    style = await statistics.of(styleFor(job, image));
  } catch (error) {
    return (error as Error).message;
  }
  const { width, height } = content;
  const made = tf.tidy(() => stylise(networks, tensorOf(content), style, job.alpha));
  const values = (await made.data()) as Float32Array;
  made.dispose();
  const png = await pngOf(pictureOfPixels(values, { width, height }));
  writeFileAtomic(path.join(job.to, outputOf(image)), png);
  return undefined;
}

/** What is taken of each style, once it is needed. */
class StyleStatistics {
  private readonly known = new Map<number, ChannelStatistics>();

  constructor(
    private readonly job: Job,
    private readonly encoder: StyleEncoder,
  ) {}

  async of(index: number): Promise<ChannelStatistics> {
    const known = this.known.get(index);
    if (known !== undefined) return known;
    const { styles, size } = this.job;
    const picture = resized(await styles.image(index), size, styles.names[index]);
    const made = tf.tidy(() => ({ ...styleOf(this.encoder, tensorOf(picture)) }));
    this.known.set(index, made);
    return made;
  }

  dispose(): void {
    for (const { mean, deviation } of this.known.values()) tf.dispose([mean, deviation]);
  }
}

function resized(image: ByteImage, size: number, name: string): ByteImage {
  try {
    const { width, height } = stylisedSides(image, size);
    return pillowResize(image, width, height);
  } catch (error) {
    throw new Error(`Cannot use the image ${name}: ${(error as Error).message}.`);
  }
}

function tensorOf(image: ByteImage): tf.Tensor4D {
  return tf.tensor4d(normalisedPixels(image), [1, image.height, image.width, 3]);
}

function interrupted(made: number): Error {
  const error = new Error(
    `Interrupted. This run stylised ${made} images; the same command goes on from there.`,
  );
  error.name = 'Interrupted';
  return error;
}
