// `npm run benchmark`: from trials or a network to the report.
import * as path from 'node:path';
import { benchmark, type TrialsBySet } from './benchmark/benchmark';
import { DATASETS } from './benchmark/datasets';
import { withPublishedHumans } from './benchmark/humans';
import { categoryOf, type Labels, labelNotes, readLabels, writeLabelsExample } from './benchmark/labels';
import { outputNames } from './benchmark/outputs';
import type { PixelRange } from './benchmark/pixelRanges';
import type { StimulusSet } from './benchmark/stimuli';
import { joinTrials, readTrialFolder } from './benchmark/trialFiles';
import { isHuman } from './benchmark/trials';
import { hasHumans } from './figures/benchmarkLines';
import { writeBenchmarkReport } from './figures/benchmarkReport';
import { type MontageRecord, readMontages } from './results/montage';

/** Where `--labels init` writes its example. */
const LABELS_FILE = 'labels.json';

export interface BenchmarkOptions {
  /** Folder of CSV files of any networks, of humans too if they are there. */
  trials?: string;
  /** Safetensors or ONNX file of a network, which is shown the sets first. */
  model?: string;
  /** Folder of stimuli for the network. Default: the embedded sets, from Relief-16. */
  stimuli?: string;
  /** ONNX only: the numbers that it takes for a pixel. Default `imagenet`: normalised by ImageNet's mean and deviation. */
  input?: PixelRange;
  /** ONNX only: rows and columns of the images, for a network that takes any. Default 224. */
  size?: number;
  /** Safetensors only: the network of weights that do not say theirs, e.g. torchvision's. */
  architecture?: string;
  /** Share of the papers' number of embedded images in each condition. Default 1. */
  share?: number;
  /** Name of the network in figures. Default: its file's. */
  name?: string;
  /** Folder of humans' raw answers, to compare answer by answer. */
  humans?: string;
  /** JSON file of what other labels than the 16 categories stand for; or `init`: an example is written and nothing else done. */
  labels?: string;
  /** Where the report goes. */
  out: string;
  signal?: AbortSignal;
  report: (line: string) => void;
}

/** Measures trials, or a network on stimuli, and writes the report. Throws when neither is given, and as the readers. */
export async function runBenchmark(options: BenchmarkOptions): Promise<void> {
  const { out, report } = options;
  if (options.labels === 'init') return writeExample(options);
  if (options.trials === undefined && options.model === undefined) {
    throw new Error(
      'Give --trials <folder of CSV files>, or --model <weights.safetensors or network.onnx>, or both.',
    );
  }
  const labels = options.labels === undefined ? undefined : readLabels(options.labels);
  const parts: TrialsBySet[] = [];
  const labelled: string[] = [];
  let stimuli: readonly MontageRecord[] = [];
  if (options.trials !== undefined) {
    const responses = new Map<string, number>();
    const onResponse = (label: string): void => void responses.set(label, (responses.get(label) ?? 0) + 1);
    parts.push(readTrialFolder(options.trials, { labels, onResponse }));
    if (labels !== undefined) labelled.push(...trialNotes(responses, labels));
  }
  if (options.model !== undefined) {
    const evaluated = await evaluateModel(options.model, options, labels);
    labelled.push(...evaluated.notes);
    parts.push(evaluated.trials);
    stimuli = evaluated.stimuli;
  }
  const answered = joinTrials(...parts);
  if (options.humans !== undefined)
    parts.push(onlySets(readTrialFolder(options.humans), Object.keys(answered)));
  const measured = benchmark(joinTrials(...parts));
  const compared = hasHumans(measured);
  const notes = [
    ...(compared
      ? []
      : [
          'Humans are shown by their published numbers on the published images. They cannot be compared answer by answer, so there is no consistency with humans: give their raw answers with --humans <folder>.',
        ]),
    ...missingSets(answered),
    ...labelled,
  ];
  const about = aboutOf(options);
  const files = await writeBenchmarkReport(compared ? measured : withPublishedHumans(measured), {
    folder: out,
    about,
    notes,
    stimuli,
  });
  for (const note of notes) report(note);
  report(`${files.length} files; open ${path.relative(process.cwd(), files.at(-1) as string)}`);
}

interface EvaluatedModel {
  readonly trials: TrialsBySet;
  /** Pictures of what it was shown. */
  readonly stimuli: readonly MontageRecord[];
  /** On its labels. */
  readonly notes: readonly string[];
}

function trialNotes(responses: ReadonlyMap<string, number>, labels: Labels): string[] {
  const none = [...responses].filter(([label]) => categoryOf(label, labels) === null);
  const count = none.reduce((sum, [, times]) => sum + times, 0);
  const counted = count === 0 ? [] : [`${count} responses stand for no category and count as no answer.`];
  return [...labelNotes([...responses.keys()], labels, 'trials'), ...counted];
}

/** The labels of the network, if one is given, to fill in. */
async function writeExample(options: BenchmarkOptions): Promise<void> {
  const { model: file, report } = options;
  const classes = file === undefined ? undefined : await labelsOf(file, options);
  writeLabelsExample(LABELS_FILE, classes);
  report(
    `${LABELS_FILE}: fill in what each label stands for (null: none), then give it with --labels ${LABELS_FILE}`,
  );
}

/** The classes of a network's outputs; where it does not name them, their places. */
async function labelsOf(
  file: string,
  { input, size, architecture }: BenchmarkOptions,
): Promise<readonly string[]> {
  const { openNetwork } = await import('./benchmark/openNetwork');
  const { classifier, classes, close } = await openNetwork(file, { input, size, architecture });
  await close();
  return classes ?? Array.from({ length: classifier.outputs }, (_, output) => `output ${output}`);
}

async function evaluateModel(
  file: string,
  options: BenchmarkOptions,
  labels: Labels | undefined,
): Promise<EvaluatedModel> {
  const { name = path.basename(file, path.extname(file)), stimuli, share, out, signal, report } = options;
  const { input, size, architecture } = options;
  if (isHuman(name))
    throw new Error(`"${name}" is how humans are called. Give the network another name: --name <name>.`);
  const { openNetwork } = await import('./benchmark/openNetwork');
  const { evaluate } = await import('./benchmark/evaluate');
  const { openStimuli } = await import('./benchmark/stimuli');
  const { reliefBenchmark } = await import('./benchmark/embedded');
  const sets = stimuli === undefined ? reliefBenchmark({ share }) : openStimuli(stimuli);
  const { classifier, classes, normalisation, close } = await openNetwork(file, {
    input,
    size,
    architecture,
  });
  let shown = '';
  const { trials } = await evaluate(classifier, sets, {
    subject: name,
    transform: { normalisation },
    classes: classes ?? undefined,
    labels,
    folder: path.join(out, 'trials'),
    signal,
    onProgress: ({ dataset, done, total }) => {
      if (dataset !== shown) report(`${dataset} (${done} of ${total} images)`);
      shown = dataset;
    },
  }).finally(close);
  const notes =
    labels === undefined
      ? []
      : labelNotes(outputNames(classifier.outputs, labels, classes ?? undefined), labels, 'network');
  return { trials, notes, stimuli: stimuli === undefined ? readMontages() : await montagesOf(sets, stimuli) };
}

async function montagesOf(sets: readonly StimulusSet[], folder: string): Promise<MontageRecord[]> {
  const { stimulusMontages } = await import('./benchmark/montageRecords');
  return stimulusMontages(sets, `From the folder "${path.basename(folder)}".`);
}

function onlySets(trials: TrialsBySet, names: readonly string[]): TrialsBySet {
  return Object.fromEntries(Object.entries(trials).filter(([name]) => names.includes(name)));
}

function missingSets(answered: TrialsBySet): string[] {
  const missing = DATASETS.map(({ name }) => name).filter((name) => answered[name] === undefined);
  return missing.length === 0
    ? []
    : [
        `Not answered, and left out of every mean: ${missing.join(', ')}. Scores over different sets cannot be compared.`,
      ];
}

function aboutOf({ trials, model, stimuli, share = 1 }: BenchmarkOptions): string {
  const parts = [
    ...(trials === undefined ? [] : [`Trials from ${path.basename(trials)}`]),
    ...(model === undefined
      ? []
      : [
          stimuli === undefined
            ? `${path.basename(model)} on the embedded sets (Relief-16, ${Math.round(100 * share)} % of the papers' number of images)`
            : `${path.basename(model)} on the stimuli of ${path.basename(stimuli)}`,
        ]),
  ];
  return `${parts.join('; ')}.`;
}
