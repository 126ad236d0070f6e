// `npm run fid`: how far apart two folders of images are, by the features of a network.
import * as path from 'node:path';
import { loadModel } from './benchmark/loadModel';
import { requireNoFolder } from './benchmark/openNetwork';
import type { PixelRange } from './benchmark/pixelRanges';
import { imagesByContent } from './data/decodableImages';
import { useEngine } from './engine/engine';
import {
  featuresOfModel,
  type OpenedFeatures,
  openInception,
  openOnnx,
  openOwnFeatures,
} from './experiments/featureNetworks';
import { resizeOf, sourceFeatures, UnreadableImage } from './fid/folderFeatures';
import { isInception } from './fid/inception2015';
import { measureDistance, type SetDistance } from './fid/setDistance';
import { readSafetensors } from './models/safetensors';
import { withInterval } from './results/withInterval';

export interface FidOptions {
  /** Folders of images. */
  generated: string;
  real: string;
  /** `.safetensors` or `.onnx` file of the network; the Inception-v3 of 2015, by which published distances are measured, is known by its weights' names.
   *  Default: the ResNet-18 that ships with Gestalt, trained on drawings of 64 pixels. */
  network?: string;
  /** ONNX: what a pixel is to the network. Default `imagenet`. */
  input?: PixelRange;
  /** ONNX: side of the images, for a network of any size. */
  size?: number;
  /** Parts of the generated images for the interval; 0 for none. Default 20, or fewer where there are few images; none below four. */
  parts?: number;
  skipBad?: boolean;
  cache?: string;
  signal?: AbortSignal;
  report: (line: string) => void;
}

const MOST_PARTS = 20;

/** Measures and reports both distances. Throws on what cannot be read or compared. */
export async function runFid(options: FidOptions): Promise<{ frechet: SetDistance; kernel: SetDistance }> {
  const { report } = options;
  const sources = [options.generated, options.real].map(imagesByContent);
  const { network, normalisation, dtype, close } = await openFeatures(options);
  try {
    const [generated, real] = await inTurn(sources, (source) =>
      sourceFeatures(source, network, { ...options, normalisation, report }),
    ).catch((error: Error) => {
      if (!(error instanceof UnreadableImage)) throw error;
      throw new Error(`${error.message.replace(/\.$/, '')}. --skip-bad leaves such images out.`);
    });
    const parts = options.parts ?? usualParts(generated.count);
    const source = { features: network.name, resize: resizeOf(network), dtype };
    const [frechet, kernel] = (['frechet', 'kernel'] as const).map((distance) =>
      measureDistance(generated, real, source, { distance, parts }),
    );
    for (const line of inWords(frechet, kernel, generated.size)) report(line);
    return { frechet, kernel };
  } finally {
    await close();
  }
}

/** A part has two images or more, and an interval two parts. */
function usualParts(images: number): number {
  const parts = Math.min(MOST_PARTS, Math.floor(images / 2));
  return parts < 2 ? 0 : parts;
}

async function inTurn<In, Out>(inputs: readonly In[], of: (input: In) => Promise<Out>): Promise<Out[]> {
  const outputs: Out[] = [];
  for (const input of inputs) outputs.push(await of(input));
  return outputs;
}

async function openFeatures({ network: file, input, size, report }: FidOptions): Promise<OpenedFeatures> {
  if (file !== undefined) requireNoFolder('--network', file);
  const extension = file === undefined ? '' : path.extname(file).toLowerCase();
  if (file !== undefined && extension === '.onnx') return openOnnx(file, { input, size });
  if (input !== undefined || size !== undefined) {
    const given = input === undefined ? 'size' : 'input';
    throw new Error(
      `--${given} is for ONNX networks; ${file ?? "Gestalt's own network"} says itself what it takes.`,
    );
  }
  report((await useEngine({ quiet: true })).summary);
  if (file === undefined) return openOwnFeatures();
  if (extension === '.safetensors' && isInception(readSafetensors(file))) return openInception(file);
  return featuresOfModel(loadModel(file).model, path.basename(file));
}

function inWords(frechet: SetDistance, kernel: SetDistance, size: number): string[] {
  const { n, references, features, resize } = frechet;
  const few = Math.min(n, references) <= size;
  return [
    `Fréchet distance ${measured(frechet)}`,
    `kernel distance  ${measured(kernel)}`,
    `${n} generated and ${references} real images; ${size} features of ${features}; resized: ${resize}.`,
    'Distances compare only with those of the same network and as many images.',
    ...(few
      ? [
          `A set has no more images than there are features: its Fréchet distance is mostly the bias of small sets. Trust the kernel distance, which has none.`,
        ]
      : []),
  ];
}

function measured({ value, interval }: SetDistance): string {
  return withInterval(value, interval, (number) => number.toPrecision(4));
}
