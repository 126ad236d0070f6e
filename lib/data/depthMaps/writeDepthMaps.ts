// Depth maps of all images below a folder, in folders of the same names.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFileAtomic } from '../../files';
import { decodeImage } from '../decodeImage';
import type { HubOptions } from '../hub';
import { IMAGE_EXTENSIONS } from '../imageFiles';
import type { ByteImage } from '../imageSource';
import { type DepthModel, loadDepthModel } from './depthModel';
import { encodeDepthMap, scaleDepth } from './encodeDepthMap';
import { checkStems, type DepthFormat, depthName, imagesBelow } from './layout';
import { noteOrigin } from './origin';
import { imageSize, readDepthMap } from './readDepthMap';

export interface DepthMapsOptions extends HubOptions {
  /** Folder of images, in any folders below it. */
  images: string;
  /** Folder of the depth maps. Default: the name of `images` with `-depth`. */
  to?: string;
  /** Folder, ONNX file, or `owner/name` of the hub. */
  model: string;
  /** Default: jpeg. */
  format?: DepthFormat;
  /** Called once all images are known: how many there are, and how many have their depth map already. */
  onStart?: (total: number, kept: number) => void;
  /** Called after each image with how many are done, those kept and those that failed included. */
  onProgress?: (done: number) => void;
}

export interface DepthMapsResult {
  readonly to: string;
  readonly made: number;
  /** Images whose depth map was there. */
  readonly kept: number;
  readonly failed: readonly { readonly image: string; readonly reason: string }[];
}

type Job = Required<Pick<DepthMapsOptions, 'images' | 'to' | 'format'>>;

/** Writes the depth map of every image: 8-bit grey, near bright, scaled per image from its minimum to its maximum, of the image's size.
 *
 *  Maps that are there and valid are kept, so that a run that was cut off goes on; each is written whole or not at all. An image that cannot
 *  be read is in `failed`, and the others are done. Throws where there are no images, for a model that cannot be used, and `Interrupted`. */
export async function writeDepthMaps(options: DepthMapsOptions): Promise<DepthMapsResult> {
  const { model, format = 'jpeg', signal } = options;
  const images = path.resolve(options.images);
  const to = path.resolve(options.to ?? `${images}-depth`);
  const job: Job = { images, to, format };
  const all = findImages(job);
  const loaded = await loadDepthModel(model, options).catch((error: Error) => {
    throw signal?.aborted ? interrupted(0) : error;
  });
  try {
    noteOrigin(to, { model: loaded.name, hash: loaded.hash, format });
    const missing: string[] = [];
    for (const image of all) {
      if (signal?.aborted) throw interrupted(0);
      if (!(await hasMap(job, image))) missing.push(image);
    }
    const kept = all.length - missing.length;
    options.onStart?.(all.length, kept);
    const done = await makeAll(job, loaded, missing, (count) => options.onProgress?.(kept + count), signal);
    return { to, kept, ...done };
  } finally {
    await loaded.close();
  }
}

function findImages({ images, to }: Job): string[] {
  const stat = fs.statSync(images, { throwIfNoEntry: false });
  if (!stat?.isDirectory())
    throw new Error(`The folder of images ${images} ${stat === undefined ? 'does not exist' : 'is a file'}.`);
  if (`${to}${path.sep}`.startsWith(`${images}${path.sep}`))
    throw new Error(
      `The depth maps cannot go to ${to}, which lies in the folder of the images: the next run would take them for images.`,
    );
  const all = imagesBelow(images);
  if (all.length === 0)
    throw new Error(`There are no images below ${images}: no file ending in ${IMAGE_EXTENSIONS.join(' ')}.`);
  checkStems(all, images);
  return all;
}

function mapOf({ to, format }: Job, image: string): string {
  return path.join(to, path.dirname(image), depthName(image, format));
}

/** Whether the map is there, whole and of the image's size. */
async function hasMap(job: Job, image: string): Promise<boolean> {
  const file = mapOf(job, image);
  if (!fs.existsSync(file)) return false;
  try {
    await readDepthMap(file, await imageSize(path.join(job.images, image)));
    return true;
  } catch {
    return false;
  }
}

async function makeAll(
  job: Job,
  model: DepthModel,
  images: readonly string[],
  onProgress: (count: number) => void,
  signal?: AbortSignal,
): Promise<Pick<DepthMapsResult, 'made' | 'failed'>> {
  const failed: { image: string; reason: string }[] = [];
  let made = 0;
  for (const [index, image] of images.entries()) {
    if (signal?.aborted) throw interrupted(made);
    const decoded = await decodeImage(path.join(job.images, image)).catch((error: Error) => error);
    const error = decoded instanceof Error ? decoded : await make(job, model, image, decoded);
    if (error === undefined) made++;
    // A model that has not yet done a single image is at fault, not the image.
    else if (made === 0 && !(decoded instanceof Error)) throw error;
    else failed.push({ image, reason: error.message });
    onProgress(index + 1);
  }
  return { made, failed };
}

/** Writes one map; returns the error where the model fails, throws where the disk does. */
async function make(
  job: Job,
  model: DepthModel,
  image: string,
  decoded: ByteImage,
): Promise<Error | undefined> {
  let bytes: Buffer;
  try {
    bytes = await encodeDepthMap(scaleDepth(await model.predict(decoded)), decoded, job.format);
  } catch (error) {
    return new Error(`The model ${model.name} failed on the image ${image}: ${(error as Error).message}`);
  }
  writeFileAtomic(mapOf(job, image), bytes);
  return undefined;
}

function interrupted(made: number): Error {
  const error = new Error(
    `Interrupted. This run made ${made} depth maps; the same command goes on from there.`,
  );
  error.name = 'Interrupted';
  return error;
}
