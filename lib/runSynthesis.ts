// `npm run synthesise`: from a photograph and a network's weights to a picture of the same texture.
import * as path from 'node:path';
import { loadModel } from './benchmark/loadModel';
import { requireNoFolder } from './benchmark/openNetwork';
import { testTransform } from './data/augment';
import { batches } from './data/batches';
import { looseImages } from './data/unlabelled';
import { useEngine } from './engine/engine';
import { fromRoot } from './files';
import type { ImageModel } from './models/model';
import { readSafetensors, type SafetensorsFile } from './models/safetensors';
import { exportWeights } from './models/weights';
import { duration } from './notebook/progressBar';
import { normalisedVgg } from './synthesis/normalisedVgg';
import { type ResumableProgress, resumableSynthesis, stateFileOf } from './synthesis/resumable';
import type { Agreement } from './synthesis/synthesise';
import { readTarget } from './synthesis/targetImage';
import type { Strength } from './synthesis/textureLoss';
import { textureLayers, textureNetwork } from './synthesis/textureNetwork';

export type StrengthName = 'all' | 'top-k' | 'non-top-k';
export type VggName = 'vgg16' | 'vgg19';

export interface SynthesisRunOptions {
  /** The photograph. */
  image: string;
  /** Safetensors file of a VGG. */
  weights: string;
  /** For weights that do not say theirs. */
  architecture?: VggName;
  /** Folder of images over which all channels are made equally active first, as the authors' VGG-19 is. Default: weights as they are. */
  normalise?: string;
  /** Which activations count. Default all. */
  strength?: StrengthName;
  /** Share of the positions of each map that are the strongest. Default 0.05; not with `all`. */
  fraction?: number;
  /** Default `gram`. */
  agreement?: Agreement;
  /** Default 100. */
  steps?: number;
  /** Side of the images that the network sees, a multiple of 32. Default 256. */
  size?: number;
  /** Of the noise that it starts from. Default 0. */
  seed?: number;
  /** The picture. Default: `.cache/synthesis/<image>-<strength>.png`. */
  out?: string;
  signal?: AbortSignal;
  report: (line: string) => void;
}

const DEFAULT_FRACTION = 0.05;
/** Images a forward pass. */
const NORMALISED_AT_ONCE = 8;

/** Synthesises and writes the picture. Throws on what does not fit, and the signal's reason when it was interrupted. */
export async function runSynthesis(options: SynthesisRunOptions): Promise<void> {
  const { image, weights, agreement = 'gram', size = 256, seed = 0, steps = 100, signal, report } = options;
  const strength = strengthOf(options);
  const out = outOf(options);
  requireNoFolder('--weights', weights);
  const target = await readTarget(image, size);
  report((await useEngine({ quiet: true })).summary);
  const opened = await openNetwork(weights, options.architecture, size);
  const model =
    options.normalise === undefined ? opened : await normalised(opened, options.normalise, report);
  try {
    const key = { strength: options.strength ?? 'all', fraction: strength.fraction, agreement, size };
    const result = await resumableSynthesis(model, target, {
      out,
      key,
      layers: textureLayers(model),
      strength,
      agreement,
      seed,
      steps,
      signal,
      onStep: progressLines(steps, report),
    });
    const shown = path.relative(process.cwd(), out);
    const fall = (result.first / result.best).toPrecision(3);
    if (result.ended === 'limit' && result.steps < steps) {
      const state = path.relative(process.cwd(), stateFileOf(out));
      report(`Stopped after step ${result.steps} of ${steps}; ${state} is kept, the same command goes on.`);
      signal?.throwIfAborted();
    }
    report(`${shown}: the loss is ${fall} times smaller than at the start (${result.steps} steps)`);
  } finally {
    model.dispose();
  }
}

/** A line a step, with the time that is left. */
function progressLines(steps: number, report: (line: string) => void): (progress: ResumableProgress) => void {
  const start = performance.now();
  let begun: number | undefined;
  return ({ step, first, report: { best } }) => {
    begun ??= step - 1;
    const seconds = (performance.now() - start) / 1000 / (step - begun);
    if (begun > 0 && step === begun + 1) report(`Goes on from step ${begun}.`);
    const left = duration(seconds * (steps - step));
    report(
      `step ${step} of ${steps}: loss ${best.toExponential(2)}, from ${first.toExponential(2)}; ${left} left`,
    );
  };
}

function strengthOf({ strength = 'all', fraction }: SynthesisRunOptions): Strength {
  if (strength === 'all') {
    if (fraction !== undefined)
      throw new Error('--fraction belongs to --strength top-k or non-top-k; all activations have none.');
    return { fraction: 1 };
  }
  const share = fraction ?? DEFAULT_FRACTION;
  const reverse = strength === 'non-top-k';
  if (reverse && share === 1)
    throw new Error('Without a fraction of 1 nothing is left to agree: give a smaller --fraction.');
  return { fraction: share, reverse };
}

function outOf({ image, strength = 'all', out }: SynthesisRunOptions): string {
  const name = path.basename(image, path.extname(image));
  const file = path.resolve(out ?? fromRoot('.cache', 'synthesis', `${name}-${strength}.png`));
  if (path.extname(file).toLowerCase() !== '.png')
    throw new Error(`--out is a PNG file, e.g. ${name}.png, not "${out}".`);
  if (file === path.resolve(image))
    throw new Error(`--out would overwrite the photograph ${image}: give another.`);
  return file;
}

/** The VGG of a file that says its network, or of bare weights with their architecture. */
async function openNetwork(
  file: string,
  architecture: VggName | undefined,
  size: number,
): Promise<ImageModel> {
  const bare = architecture && bareWeights(file);
  if (architecture !== undefined && bare) return textureNetwork(bare.tensors, file, { architecture, size });
  const spec = architecture && { architecture };
  const { model } = loadModel(file, { spec });
  try {
    const found = model.spec.architecture;
    if (found !== 'vgg16' && found !== 'vgg19')
      throw new Error(`${file} holds a network ${found}; textures are synthesised with vgg16 or vgg19.`);
    const tensors = new Map((await exportWeights(model)).map((tensor) => [tensor.name, tensor]));
    return await textureNetwork(tensors, file, { architecture: found, size });
  } finally {
    model.dispose();
  }
}

/** A copy with equally active channels; the network given is disposed. */
async function normalised(
  model: ImageModel,
  folder: string,
  report: SynthesisRunOptions['report'],
): Promise<ImageModel> {
  try {
    const source = looseImages(folder);
    const transform = testTransform({ size: model.spec.inputSize as number, resize: 'shorter-side' });
    const { model: copy, dead } = await normalisedVgg(model, () =>
      batches({ source, transform, batchSize: NORMALISED_AT_ONCE, seed: 0 }),
    );
    const silent = dead.reduce((sum, { channels }) => sum + channels.length, 0);
    const asides = silent === 0 ? '' : `; ${silent} silent ones stay as they are`;
    report(
      `Channels made equally active over the images of ${path.basename(folder)}: ${source.count}${asides}.`,
    );
    return copy;
  } finally {
    model.dispose();
  }
}

/** The weights of a file that does not name its network; undefined where it does, or cannot be read: `loadModel` says what is wrong then. */
function bareWeights(file: string): SafetensorsFile | undefined {
  try {
    const content = readSafetensors(file);
    return content.metadata.format?.startsWith('gestalt-') ? undefined : content;
  } catch {
    return undefined;
  }
}
