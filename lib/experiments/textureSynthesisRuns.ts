// The syntheses of a cell, one for each target and mode; those that are done are kept, so that a cell goes on where it was cut off.
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import type { ByteImage, ImageSource } from '../data/imageSource';
import { pillowResize } from '../data/pillowResize';
import { writeFileAtomic } from '../files';
import type { ImageModel } from '../models/model';
import { deriveSeed } from '../random';
import { modeName, type SynthesisMode, synthesisModes } from '../results/synthesisModes';
import { edgeSimilarity, edgeStrengthSimilarity, gramSimilarity } from '../synthesis/similarity';
import { activationsAt, lossOfTarget, sharedStrongest } from '../synthesis/strongest';
import { type SynthesisOptions, synthesise } from '../synthesis/synthesise';
import { pictureOf, pngOf, type TargetImage, targetImage } from '../synthesis/targetImage';
import type { Strength } from '../synthesis/textureLoss';
import { textureLayers } from '../synthesis/textureNetwork';
import { type CellContext, Interrupted } from './experiment';
import type { TextureSynthesisCellConfig } from './textureSynthesisConfig';

export interface Target {
  /** Its place among the held-out images, and its class. */
  readonly index: number;
  readonly name: string;
  /** As large as the network takes it. */
  readonly picture: ByteImage;
  readonly image: TargetImage;
}

/** What is kept of a synthesis. Similarities are those of the image as synthesised, before its histogram is matched. */
export interface SynthesisRun {
  /** Loss of the first image and of the best, after all steps and after each. */
  readonly first: number;
  readonly best: number;
  readonly curve: readonly number[];
  readonly ended: 'limit' | 'converged' | 'diverged';
  readonly evaluations: number;
  /** With the target; null where the image has no edges. */
  readonly edges: number | null;
  /** The mean of those with the other targets: what chance gives. */
  readonly edgesOfOthers: number | null;
  readonly edgeStrength: number;
  readonly gram: number;
  /** The target's own loss, where it alone is masked; else null, for 0. */
  readonly ofTarget: number | null;
  /** Share of the target's strongest activations that are at the places of the image's; only of masks of the strongest. */
  readonly shared: number | null;
  /** PNG in base64, its histogram matched; null where no picture is kept. */
  readonly picture: string | null;
}

/** The runs of a target by the names of their modes. */
export interface TargetRuns {
  readonly index: number;
  readonly name: string;
  /** `shared` of the image that all runs start from. */
  readonly sharedAtStart: number | null;
  readonly runs: Readonly<Record<string, SynthesisRun>>;
}

/** The targets of a cell. Throws when there are not so many. */
export async function chooseTargets(
  source: ImageSource,
  { images: { from, count }, model }: TextureSynthesisCellConfig,
): Promise<Target[]> {
  if (from + count > source.count)
    throw new Error(
      `${source.name} has ${source.count} images; the cell takes ${count} from number ${from + 1} on.`,
    );
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const index = from + i;
      const size = model.inputSize as number;
      const picture = pillowResize(await source.image(index), size, size, 'lanczos');
      const image = targetImage(picture, size);
      return { index, name: source.classes[source.labels[index]], picture, image };
    }),
  );
}

/** Synthesises every target in every mode. Resumes from the context's checkpoints; throws `Interrupted` when aborted. */
export async function synthesiseAll(
  network: ImageModel,
  targets: readonly Target[],
  config: TextureSynthesisCellConfig,
  context: CellContext,
): Promise<TargetRuns[]> {
  const file = path.join(context.checkpoints, 'syntheses.json');
  const done: Record<string, SynthesisRun> = fs.existsSync(file)
    ? JSON.parse(fs.readFileSync(file, 'utf8'))
    : {};
  const found: TargetRuns[] = [];
  for (const [place, target] of targets.entries()) {
    const runs: Record<string, SynthesisRun> = {};
    for (const mode of synthesisModes(config.synthesis.rates)) {
      const key = `${target.index} ${modeName(mode)}`;
      if (done[key] === undefined) {
        done[key] = await runOf(network, target, mode, targets, config, context);
        writeFileAtomic(file, JSON.stringify(done));
      }
      runs[modeName(mode)] = done[key];
    }
    const { index, name } = target;
    found.push({ index, name, sharedAtStart: await sharedAtStart(network, target, config), runs });
    const falls = Object.entries(runs).map(([mode, { first, best }]) => `${mode} ${short(first / best)}`);
    context.report(`target ${place + 1}/${targets.length}, ${name}: losses fell by ${falls.join(', ')}`);
  }
  return found;
}

function short(value: number): string {
  return value < 1000 ? value.toPrecision(2) : value.toExponential(0);
}

function optionsOf(
  network: ImageModel,
  target: Target,
  { agreement, kept, maskOn, rate }: SynthesisMode,
  { synthesis, seed }: TextureSynthesisCellConfig,
): SynthesisOptions & { strength: Strength } {
  const { fraction, steps, iterations } = synthesis;
  return {
    layers: textureLayers(network),
    strength: kept === 'all' ? { fraction: 1 } : { fraction, reverse: kept === 'rest' },
    agreement,
    selectOn: maskOn,
    learningRate: rate,
    steps,
    iterations,
    // All runs of a target start from the same image.
    seed: deriveSeed(seed, 'noise', target.index),
  };
}

async function runOf(
  network: ImageModel,
  target: Target,
  mode: SynthesisMode,
  targets: readonly Target[],
  config: TextureSynthesisCellConfig,
  { signal }: CellContext,
): Promise<SynthesisRun> {
  const options = optionsOf(network, target, mode, config);
  const curve: number[] = [];
  const { values } = target.image;
  const { image, first, best, ended, state } = await synthesise(network, values, {
    ...options,
    signal,
    onStep: ({ report }) => void curve.push(report.best),
  });
  if (signal.aborted) throw new Interrupted();
  if (!(Number.isFinite(first) && first > 0 && best > 0))
    throw new Error(
      `The first loss of ${modeName(mode)} is ${first}: the network's activations are all 0, or not finite.`,
    );
  const others = targets
    .filter(({ index }) => index !== target.index)
    .flatMap((other) => edgeSimilarity(image, other.image.values) ?? []);
  const isShown = config.keep && targets.indexOf(target) < config.shown;
  return {
    first,
    best,
    curve,
    ended,
    evaluations: state.evaluations,
    edges: edgeSimilarity(image, values),
    edgesOfOthers: others.length === 0 ? null : others.reduce((sum, value) => sum + value, 0) / others.length,
    edgeStrength: edgeStrengthSimilarity(image, values),
    ...(await compareActivations(network, image, target, mode, options)),
    picture: isShown ? (await pngOf(pictureOf(image, target.image))).toString('base64') : null,
  };
}

async function compareActivations(
  network: ImageModel,
  image: Float32Array,
  target: Target,
  { agreement, kept, maskOn }: SynthesisMode,
  { layers, strength }: SynthesisOptions & { strength: Strength },
): Promise<Pick<SynthesisRun, 'gram' | 'ofTarget' | 'shared'>> {
  const [its, own] = [image, target.image.values].map((each) => activationsAt(network, layers, each));
  try {
    const isFloored = agreement === 'activations' && kept !== 'all' && maskOn === 'target';
    return {
      gram: await gramSimilarity(its, own),
      ofTarget: isFloored ? await lossOfTarget(own, strength) : null,
      shared: kept === 'top' ? await sharedStrongest(its, own, strength.fraction) : null,
    };
  } finally {
    tf.dispose([its, own]);
  }
}

async function sharedAtStart(
  network: ImageModel,
  target: Target,
  config: TextureSynthesisCellConfig,
): Promise<number | null> {
  const [mode] = synthesisModes(config.synthesis.rates);
  const options = optionsOf(network, target, mode, config);
  const { image } = await synthesise(network, target.image.values, { ...options, steps: 0 });
  const [its, own] = [image, target.image.values].map((each) => activationsAt(network, options.layers, each));
  const shared = await sharedStrongest(its, own, config.synthesis.fraction);
  tf.dispose([its, own]);
  return shared;
}
