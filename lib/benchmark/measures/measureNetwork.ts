// From an opened network to its measures: which images, what they are labelled by, and what was answered before.
import type { Transform } from '../../data/augment';
import { testTransform } from '../../data/augment';
import { endPreparation } from '../../data/preparation/preparation';
import type { ClassName } from '../../data/relief16/classes';
import { SUPPRESSIONS } from '../../distortions/suppressions';
import { hashJson } from '../../results/canonical';
import { hashCode } from '../../results/codeHash';
import type { MeasureResult } from '../../results/measures';
import { findDataset } from '../datasets';
import { imagesOfClass } from '../distorted';
import { reliefSource } from '../embedded';
import type { Labels } from '../labels';
import type { OpenedNetwork } from '../openNetwork';
import { outputsOf } from '../outputs';
import { restrictSet, type StimulusSet } from '../stimuli';
import { answerMeasures, type MeasureImages, type MeasurePlan } from './answers';
import { classifierPredict } from './classifierAnswers';
import { categorySpace, type LabelSpace } from './labelSpace';
import { measureResult } from './measureResult';
import { openPhotographs } from './photographs';
import { reliefMeasureImages } from './reliefMeasureImages';
import { readStoredAnswers, storeAnswers } from './storedAnswers';

/** Which images a network is measured on. */
export type MeasuredOn =
  /** Those that come along, at the size of the network's input. */
  | { readonly kind: 'relief16' }
  /** A folder `<class>/<image>`: suppressions alone, since no photograph has a conflicting texture. */
  | { readonly kind: 'photographs'; readonly folder: string }
  /** The cue-conflict set of the benchmark: ranks and shape bias alone, since the 17 sets hold no undistorted photographs. */
  | { readonly kind: 'conflict'; readonly set: StimulusSet };

export interface MeasureNetworkOptions {
  /** Of the network, in tables and figures. */
  name: string;
  on: MeasuredOn;
  /** What its own classes stand for. */
  labels?: Labels;
  /** Of the images. Default 1. */
  share?: number;
  /** Where answers are kept; a measurement that was cut off goes on after the last set that is there. */
  folder: string;
  signal?: AbortSignal;
  onSet?: (progress: { name: string; done: number; total: number }) => void;
}

export interface MeasuredNetwork {
  readonly result: MeasureResult;
  /** What it was shown, in a sentence. */
  readonly images: string;
  readonly notes: readonly string[];
}

/** Shows a network the images of all measures and computes them. The network stays the caller's. Throws as `answerMeasures`, as the openers of images, and the
 *  signal's reason when aborted: sets that are done stay done. */
export async function measureNetwork(
  network: OpenedNetwork,
  { name, on, labels, share, folder, signal, onSet }: MeasureNetworkOptions,
): Promise<MeasuredNetwork> {
  const { images, space, about, notes } = await openImages(network, on, { labels, share });
  const { normalisation } = network;
  const question = await questionOf(network, space);
  const predict = classifierPredict(network.classifier, space, { normalisation, signal });
  try {
    const answers = await answerMeasures(predict, images, planOf(images), {
      known: readStoredAnswers(folder, question),
      onAnswered(answered) {
        storeAnswers(folder, question, answered);
        onSet?.(answered);
      },
    });
    return { result: measureResult(name, answers), images: about, notes };
  } finally {
    await endPreparation();
  }
}

/** Everything there is, where there is anything to suppress. */
function planOf({ original }: MeasureImages): MeasurePlan {
  return { suppressions: original === null ? [] : SUPPRESSIONS, seed: 0 };
}

interface OpenedImages {
  readonly images: MeasureImages;
  readonly space: LabelSpace;
  readonly about: string;
  readonly notes: readonly string[];
}

async function openImages(
  { classifier, classes }: OpenedNetwork,
  on: MeasuredOn,
  { labels, share }: Pick<MeasureNetworkOptions, 'labels' | 'share'>,
): Promise<OpenedImages> {
  const size = classifier.inputSize;
  if (on.kind === 'photographs') {
    const { source, space, notes } = await openPhotographs(
      on.folder,
      { outputs: classifier.outputs, classes, labels },
      { size, share },
    );
    const about = `${source.count} photographs of ${source.name}, ${new Set(source.labels).size} of ${space.classes.length} classes, ${size} pixels a side.`;
    return { images: { original: source, conflict: null, exact: {} }, space, about, notes };
  }
  const outputs = outputsOf(classifier.outputs, classes ?? undefined, labels);
  const space = categorySpace(outputs);
  if (on.kind === 'conflict') {
    const conflict = restrictSet(on.set, outputs.categories);
    const about = `${conflict.count} images of ${conflict.name}, ${outputs.categories.length} classes.`;
    return { images: { original: null, conflict, exact: {} }, space, about, notes: [] };
  }
  const images = await embeddedImages(outputs.categories, size, share);
  const about = `Relief-16, drawings of the test split: ${images.original?.count} original and ${images.conflict?.count} cue-conflict images of ${space.classes.length} classes, ${size} pixels a side.`;
  return { images, space, about, notes: [] };
}

/** Original images of each class: every one of them is shown at every level. */
const ORIGINALS = 20;

/** Relief-16 as the experiments show it, but with as many conflict images as the benchmark has: at 64 pixels they are the same ones. */
async function embeddedImages(
  classes: readonly ClassName[],
  size: number,
  share = 1,
): Promise<MeasureImages> {
  const seed = 0;
  const count = Math.max(2, Math.ceil(share * ORIGINALS));
  const images = await reliefMeasureImages({ classes, size, count, seed });
  const conflicts = imagesOfClass(findDataset('cue-conflict'), share);
  const conflict = reliefSource({
    split: 'test',
    variant: 'cue-conflict',
    classes,
    size,
    count: conflicts,
    seed,
  });
  return { original: images.original, conflict, exact: images.exact };
}

/** A hash of all that determines the answer to an image. */
async function questionOf(
  { classifier, normalisation }: OpenedNetwork,
  { classes }: LabelSpace,
): Promise<string> {
  const { hash, engine } = await classifier.identify();
  const transform: Transform = testTransform({ size: classifier.inputSize, resize: 'fit', normalisation });
  return hashJson({
    network: hash,
    family: engine.family,
    classes,
    transform: transform.description,
    code: await hashCode('lib/benchmark/measures/measureNetwork.ts'),
  });
}
