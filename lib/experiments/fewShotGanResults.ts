// What is recorded of a generator: distances by several protocols, novelty, what noise it learnt, and pictures.
import type { ByteImage, ImageSource } from '../data/imageSource';
import { sampleImages } from '../data/sampleImages';
import { sheetOf } from '../data/sheet';
import { gatherStatistics, picturesOf, realPictures } from '../fid/generatedImages';
import {
  type GeneratorDistance,
  type GeneratorDistanceOptions,
  generatorDistance,
  PROTOCOLS,
  type Protocol,
} from '../fid/generatorDistance';
import { nearestImages, noveltyOf } from '../fid/nearest';
import type { SetDistance } from '../fid/setDistance';
import type { ImageModel } from '../models/model';
import { deriveSeed } from '../random';
import type { FewShotPictures } from '../results/fewShotPictures';
import type { Artifact, Metric } from '../results/record';
import { pngOf } from '../synthesis/targetImage';
import type { GanScores } from '../train/gan/ganEvaluation';
import type { GanTrainResult } from '../train/gan/trainGan';
import type { CellContext } from './experiment';
import type { FewShotGanCellConfig } from './fewShotGanConfig';
import type { JudgingNetworks } from './fewShotGanData';
import { keptNetwork } from './plainTraining';

/** A generator, and by what it is judged. */
export interface Judged {
  readonly generator: ImageModel;
  readonly source: ImageSource;
  readonly networks: JudgingNetworks;
  readonly seed: number;
}

/** For `trainGan`: the distance of a few images, measured cleanly and as the report does. */
export function evaluationOf(
  judged: Judged,
  { measurement }: FewShotGanCellConfig,
  { report, signal }: CellContext,
): (iteration: number) => Promise<GanScores> {
  return async (iteration) => {
    const at = { count: measurement.during, seed: deriveSeed(judged.seed, 'during', iteration), signal };
    const { frechet: clean, kernel } = await distanceOf(judged, { ...at, protocol: 'clean' });
    const { frechet: reported } = await distanceOf(judged, { ...at, protocol: 'report' });
    report(`iteration ${iteration}: Fréchet distance ${clean.value.toFixed(2)}`);
    return { frechet: clean.value, kernel: kernel.value, frechetReport: reported.value };
  };
}

/** By the networks that judge it. */
export function distanceOf(
  { generator, source, networks }: Judged,
  options: Pick<GeneratorDistanceOptions, 'count' | 'seed' | 'protocol' | 'parts' | 'signal'>,
): Promise<GeneratorDistance> {
  const { network, normalisation, dtype } = networks;
  return generatorDistance(generator, { real: source, network, normalisation, dtype, ...options });
}

/** Of the generated images, left out in turn for the interval. */
const PARTS = 20;
const SHEET = { rows: 3, columns: 3 };
/** Generated images that are shown beside their nearest training image. */
const COMPARED = 5;

/** One departure from the clean protocol at a time. */
const DEPARTURES: Readonly<Record<string, Protocol>> = {
  halfContrast: { ...PROTOCOLS.clean, contrast: PROTOCOLS.report.contrast },
  batchNorms: { ...PROTOCOLS.clean, norms: PROTOCOLS.report.norms },
  bestOfThree: { ...PROTOCOLS.clean, samplings: PROTOCOLS.report.samplings },
  allThree: PROTOCOLS.report,
};

/** Of the generator with its averaged weights:
 *
 *  - `frechet`, `kernel`: distances of `atEnd` images, measured cleanly; the intervals are over generated images;
 *  - `frechet.halfContrast` and so on: with one departure of the report's protocol, or all three;
 *  - `frechet.untrained`, `frechet.last`, `frechet.bestOfRun`, `frechet.report`: of `during` images: before the training, behind it, the least of all evaluations, and
 *    that by the report's protocol;
 *  - `novelty` of these images (`noveltyOf`);
 *  - `noise.<layer>`: size of the scale that a noise injection has learnt. */
export async function measureGan(
  judged: Judged,
  { evaluations }: GanTrainResult,
  config: FewShotGanCellConfig,
  context: CellContext,
): Promise<{ metrics: Record<string, Metric>; artifacts: Artifact[] }> {
  const { generator, source } = judged;
  const { measurement, training, keep, keepGenerator } = config;
  const seed = deriveSeed(judged.seed, 'at end');
  const { signal } = context;
  const at = { count: measurement.atEnd, seed, signal };
  const clean = await distanceOf(judged, { ...at, protocol: 'clean', parts: PARTS });
  const { generated, real: learntFrom } = clean;
  const metrics: Record<string, Metric> = {
    frechet: metricOf(clean.frechet),
    kernel: metricOf(clean.kernel),
    novelty: {
      value: noveltyOf(generated, learntFrom),
      counts: { images: generated.count, references: learntFrom.count },
      interval: null,
    },
    ...overTheRun(evaluations, { images: measurement.during, references: source.count }),
    ...noiseScales(generator),
  };
  for (const [name, protocol] of Object.entries(DEPARTURES)) {
    metrics[`frechet.${name}`] = metricOf((await distanceOf(judged, { ...at, protocol })).frechet);
  }
  const artifacts: Artifact[] = [];
  if (keep) {
    const pictures = await picturesOfRun(clean, realPictures(source, generator.spec.imageSize as number));
    artifacts.push(context.artifact('pictures.json', `${JSON.stringify(pictures)}\n`));
  }
  if (keepGenerator) {
    gatherStatistics(generator, { batchSize: training.batchSize, seed });
    artifacts.push(await keptNetwork(generator, [], context));
  }
  return { metrics, artifacts };
}

function metricOf({ value, n, references, interval }: SetDistance): Metric {
  return { value, counts: { images: n, references }, interval };
}

function overTheRun(
  evaluations: GanTrainResult['evaluations'],
  counts: Metric['counts'],
): Record<string, Metric> {
  const [untrained, ...later] = evaluations.map(({ scores }) => scores);
  const least = (score: string): number => Math.min(...later.map((scores) => scores[score]));
  const values = {
    'frechet.untrained': untrained.frechet,
    'frechet.last': later[later.length - 1].frechet,
    'frechet.bestOfRun': least('frechet'),
    'frechet.report': least('frechetReport'),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { value, counts, interval: null }]),
  );
}

function noiseScales(generator: ImageModel): Record<string, Metric> {
  const scales = generator.parameters().filter(({ name }) => /noise\d\.weight$/.test(name));
  return Object.fromEntries(
    scales.map(({ name, variable }) => [
      `noise.${name.replace(/\.weight$/, '')}`,
      { value: Math.abs(variable.dataSync()[0]), counts: {}, interval: null },
    ]),
  );
}

/** A sheet of images, and a few of them beside the training images that they are most like. */
async function picturesOfRun(
  { images, generated, real }: GeneratorDistance,
  source: ImageSource,
): Promise<FewShotPictures> {
  const made = picturesOf(images);
  const sheet = await sampleImages(made, SHEET.rows * SHEET.columns);
  const nearest = nearestImages(generated, real).slice(0, COMPARED);
  const base64 = async (picture: ByteImage): Promise<string> => (await pngOf(picture)).toString('base64');
  return {
    sheet: await base64(sheetOf(sheet, SHEET.columns)),
    generated: await Promise.all(sheet.slice(0, COMPARED).map(base64)),
    nearest: await Promise.all(nearest.map(async ({ image }) => base64(await source.image(image)))),
  };
}
