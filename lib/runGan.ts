// `npm run gan`: FastGAN learns from a folder of images.
import * as path from 'node:path';
import { requireNoFolder } from './benchmark/openNetwork';
import { saveModel } from './benchmark/saveModel';
import { decodableImages, imagesByContent } from './data/decodableImages';
import { sampleImages } from './data/sampleImages';
import { sheetOf } from './data/sheet';
import { useEngine } from './engine/engine';
import { openOwnFeatures } from './experiments/featureNetworks';
import { OWN_VGG, withPerceptual } from './experiments/fewShotGanData';
import { distanceOf, type Judged } from './experiments/fewShotGanResults';
import { errorOfWriting } from './experiments/writable';
import { gatherStatistics, generateImages, picturesOf, realPictures, withNorms } from './fid/generatedImages';
import { nearestImages, noveltyOf } from './fid/nearest';
import { fromRoot, writeFileAtomic } from './files';
import { IMAGE_SIZES, smallSize } from './models/fastgan/generator';
import { deriveSeed } from './random';
import { withInterval } from './results/withInterval';
import { pngOf } from './synthesis/targetImage';
import { startFastGan } from './train/gan/fastGan';
import { trainGan } from './train/gan/trainGan';

export interface GanRunOptions {
  /** Folder of images. */
  folder: string;
  /** Default: .cache/gan/<name of the folder>. */
  out?: string;
  /** Side of the images: 64, 128, 256, 512 or 1024. Default 64. */
  size?: number;
  /** Channels in units of which the networks are wide. Default 16; the authors' 64. */
  width?: number;
  /** Default 1000. */
  iterations?: number;
  /** Iterations between two looks at the generator. Default 100. */
  every?: number;
  /** Images an iteration. Default 8. */
  batch?: number;
  /** Learning rate. Default 0.0128 / width: the authors' 2e-4 at 64. */
  rate?: number;
  /** Share of the past in the averaged weights, in [0, 1). Default 0.99. */
  average?: number;
  /** Where Top-K is put, e.g. "32_5"; none unless given. */
  sparsity?: string;
  noise?: boolean;
  seed?: number;
  /** Safetensors of a VGG-16 and of LPIPS' heads; default: a VGG-16 of ours, which learnt from drawings. */
  vgg?: string;
  heads?: string;
  skipBad?: boolean;
  signal?: AbortSignal;
  report: (line: string) => void;
}

const RATE_TIMES_WIDTH = 0.0128;
const DECODER_SHARE = 0.5;
const LATENT_PER_WIDTH = 4;
/** Images of a sheet, of a measurement on the way, and at the end. */
const SHEET = { images: 16, columns: 4 };
const MEASURED = 100;
const MEASURED_AT_END = 300;
/** Of these, left out in turn for the intervals. */
const PARTS = 20;
const COMPARED = 8;

/** Trains, and writes sheets of images, the images beside their nearest training images, and the generator. Goes on from the checkpoint of a run that was
 *  stopped. Throws on a folder without enough images, on one that cannot be read (unless `skipBad`), on an `out` that cannot be written, on options that do not fit, and the signal's reason. */
export async function runGan(options: GanRunOptions): Promise<void> {
  const {
    folder,
    size = 64,
    iterations = 1000,
    every = 100,
    batch = 8,
    width = 16,
    seed = 0,
    report,
    signal,
  } = options;
  const out = path.resolve(options.out ?? fromRoot('.cache', 'gan', path.basename(path.resolve(folder))));
  if (!IMAGE_SIZES.includes(size))
    throw new Error(`--size is one of ${IMAGE_SIZES.join(', ')}, not ${size}.`);
  if (options.heads !== undefined && options.vgg === undefined)
    throw new Error('--heads are those of a VGG-16: give it with --vgg.');
  if (options.vgg !== undefined) requireNoFolder('--vgg', options.vgg);
  if (options.heads !== undefined) requireNoFolder('--heads', options.heads);
  const source = await decodableImages(imagesByContent(folder), { skipBad: options.skipBad, report });
  if (source.count < Math.max(2, batch))
    throw new Error(
      `${folder} has ${source.count} images; a batch takes ${batch}. Give more images, or a smaller --batch.`,
    );
  makeOut(out);
  report((await useEngine({ quiet: true })).summary);
  const { vgg = fromRoot(OWN_VGG), heads } = options;
  const networks = await withPerceptual(await openOwnFeatures(), { vgg, heads, size: smallSize(size) });
  try {
    const learners = startFastGan(
      {
        imageSize: size,
        width,
        decoderWidth: Math.max(1, Math.round(DECODER_SHARE * width)),
        latent: LATENT_PER_WIDTH * width,
        noise: options.noise ? 'learnt' : 'none',
        sparsity: options.sparsity ?? '',
        averageDecay: options.average ?? 0.99,
        seed: deriveSeed(seed, 'networks'),
      },
      networks.perceptual.distance,
    );
    const { generator, average } = learners;
    const looked = { generator, source, networks, out, seed: deriveSeed(seed, 'samples'), signal, report };
    try {
      const { stopped } = await trainGan({
        learners,
        distance: networks.perceptual.hash,
        source,
        iterations,
        batchSize: batch,
        learningRate: options.rate ?? RATE_TIMES_WIDTH / width,
        seed: deriveSeed(seed, 'training'),
        everyIterations: every,
        onRow: ({ iteration, real, generated, generator }) =>
          report(
            `iteration ${iteration} of ${iterations}: loss of the discriminator ${(real + generated).toFixed(2)}, of the generator ${generator.toFixed(2)}`,
          ),
        evaluation: { everyIterations: every, measure: (iteration) => look(looked, iteration) },
        checkpoint: { file: path.join(out, 'checkpoint.safetensors') },
        signal,
      });
      if (stopped === 'interrupted') signal?.throwIfAborted();
      await average.during(() => finish(looked, batch));
    } catch (error) {
      if (error === signal?.reason)
        report(
          `Stopped; the checkpoint in ${path.relative(process.cwd(), out)} is kept, the same command goes on.`,
        );
      throw error;
    } finally {
      learners.dispose();
    }
  } finally {
    await networks.close();
  }
}

/** Makes the folder of the results. Throws, naming it, where that cannot be, before anything is trained. */
function makeOut(out: string): void {
  const error = errorOfWriting(out);
  if (error === null) return;
  const why = error.code === 'EEXIST' ? 'it is a file' : error.message;
  throw new Error(`Cannot write the results to ${out}: ${why}. Give another folder with --out <folder>.`);
}

interface Looked extends Judged {
  readonly out: string;
  readonly signal?: AbortSignal;
  readonly report: (line: string) => void;
}

/** A sheet of images and their distance; the same latent numbers each time. */
async function look(looked: Looked, iteration: number): Promise<{ frechet: number }> {
  const { generator, out, seed, signal, report } = looked;
  const given = { count: SHEET.images, seed, norms: 'gathered' } as const;
  const images = await withNorms(generator, given, () => generateImages(generator, given));
  const file = path.join(out, `images-${String(iteration).padStart(6, '0')}.png`);
  writeFileAtomic(file, await pngOf(sheetOf(await sampleImages(picturesOf(images)), SHEET.columns)));
  const { frechet } = await distanceOf(looked, { count: MEASURED, seed, signal });
  report(
    `${path.relative(process.cwd(), file)}: Fréchet distance ${frechet.value.toFixed(1)} (${MEASURED} images)`,
  );
  return { frechet: frechet.value };
}

async function finish(looked: Looked, batch: number): Promise<void> {
  const { generator, source, out, seed, signal, report } = looked;
  const measured = await distanceOf(looked, { count: MEASURED_AT_END, parts: PARTS, seed, signal });
  const { frechet, kernel, images, generated, real } = measured;
  const made = await sampleImages(picturesOf(images), COMPARED);
  const training = realPictures(source, images.size);
  const nearest = await Promise.all(
    nearestImages(generated, real)
      .slice(0, COMPARED)
      .map(({ image }) => training.image(image)),
  );
  writeFileAtomic(path.join(out, 'nearest.png'), await pngOf(sheetOf([...made, ...nearest], COMPARED)));
  gatherStatistics(generator, { batchSize: batch, seed });
  await saveModel(path.join(out, 'generator.safetensors'), generator, []);
  for (const [name, { value, interval }] of Object.entries({ Fréchet: frechet, kernel }))
    report(`${name} distance ${withInterval(value, interval, (number) => number.toFixed(2))}`);
  report(
    `${frechet.n} generated and ${frechet.references} real images, by features of ${frechet.features}; novelty ${noveltyOf(generated, real).toFixed(2)} (near 0: copies; near 1: as far from the training images as they are from each other)`,
  );
  const shown = path.relative(process.cwd(), out);
  report(
    `${shown}: sheets of images, nearest.png (below each image its nearest training image), generator.safetensors`,
  );
}
