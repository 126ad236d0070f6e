// Runs a network over data sets of the benchmark: one CSV of trials a set, and a record of it all.
import { type TestTransformOptions, testTransform } from '../data/augment';
import { endPreparation } from '../data/preparation/preparation';
import type { ImageModel } from '../models/model';
import { HUMANS } from '../results/benchmark';
import { hashCode } from '../results/codeHash';
import { answerSets } from './answers';
import { type Classifier, classifierOf } from './classifier';
import {
  type Evaluation,
  EvaluationReport,
  type EvaluationReportOptions,
  type Question,
} from './evaluationReport';
import type { Labels } from './labels';
import { type NetworkOutputs, outputsOf } from './outputs';
import { restrictSet, type StimulusSet } from './stimuli';
import { isHuman } from './trials';

export interface EvaluateOptions extends EvaluationReportOptions {
  /** The class of each output. Default: the 16 categories for 16 outputs, ImageNet's for 1000; else it must be given. */
  classes?: readonly string[];
  /** What the network's own classes stand for. Default: they are categories, or ImageNet's. */
  labels?: Labels;
  /** From picture to input. Default: the shorter side is made to fit the network, ImageNet's normalisation. */
  transform?: Omit<TestTransformOptions, 'size'>;
  /** Images a forward pass. Changes memory and speed, not the numbers (up to rounding). Default 64. */
  batchSize?: number;
  /** Checked between batches; an aborted evaluation throws the signal's reason. Sets that are done stay done. */
  signal?: AbortSignal;
  onProgress?: (progress: EvaluationProgress) => void;
}

/** How far an evaluation is, in images. */
export interface EvaluationProgress {
  readonly dataset: string;
  readonly done: number;
  readonly total: number;
}

/** Shows a network the images of data sets and writes down its answers.
 *
 *  A network whose outputs are not all 16 categories is shown only images of the classes that it knows (both cues', in
 *  cue-conflict sets), so that chance is one in as many; the record says how many images of each set were left out.
 *
 *  With a `folder`, each set is written when it is done, and an evaluation that was cut off goes on after the last set that was
 *  done: a set is read instead of computed while network, classes, transform, images, code and engine are the same.
 *
 *  Distorting and resizing run in other threads where that is worth their start. Leaves no tensors. Throws when outputs and classes do
 *  not fit, on logits that are not finite (naming set and image), and on damaged images (naming the file). */
export async function evaluate(
  network: ImageModel | Classifier,
  sets: readonly StimulusSet[],
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { subject, batchSize = 64, signal, onProgress } = options;
  requireSubject(subject);
  requireDifferent(sets);
  const classifier = 'forward' in network ? classifierOf(network) : network;
  const outputs = outputsOf(classifier.outputs, options.classes, options.labels);
  const transform = { resize: 'fit', ...options.transform, size: classifier.inputSize } as const;
  const question = await questionOf(classifier, outputs, transform);
  const report = new EvaluationReport(question, sets, options);
  const shown = sets.map((set) => restrictSet(set, outputs.categories));
  const pending = shown.filter((set) => !report.reuse(set));
  const total = pending.reduce((sum, { count }) => sum + count, 0);
  const onBatch = ({ dataset }: StimulusSet, done: number): void =>
    onProgress?.({ dataset: dataset.name, done, total });
  try {
    const asked = { outputs, subject, transform, batchSize, signal, onBatch };
    const answered = answerSets(classifier.answer, pending, asked);
    for await (const { set, trials } of answered) {
      report.add(set, trials);
    }
  } finally {
    await endPreparation();
  }
  return report.evaluation();
}

async function questionOf(
  classifier: Classifier,
  { classes }: NetworkOutputs,
  transform: TestTransformOptions,
): Promise<Question> {
  const { hash, engine } = await classifier.identify();
  return {
    network: hash,
    spec: classifier.spec,
    classes,
    transform: testTransform(transform).description,
    codeHash: await hashCode('lib/benchmark/evaluate.ts'),
    engine,
  };
}

function requireSubject(subject: string): void {
  if (subject.trim() !== subject || subject === '')
    throw new Error(`"${subject}" cannot name a network: it is empty, or has space at an end.`);
  if (isHuman(subject) || subject === HUMANS) {
    throw new Error(
      `"${subject}" cannot name a network: "${HUMANS}" and names that begin with "subject-" are humans'.`,
    );
  }
}

function requireDifferent(sets: readonly StimulusSet[]): void {
  const names = sets.map(({ dataset }) => dataset.name);
  const repeated = names.find((name, place) => names.indexOf(name) !== place);
  if (repeated !== undefined)
    throw new Error(`The data set "${repeated}" is given twice: evaluate each source by itself.`);
}
