// `npm run benchmark`: from trials or a network to the report, and to the page of measures.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { benchmark, type TrialsBySet } from './benchmark/benchmark';
import { DATASETS } from './benchmark/datasets';
import { withPublishedHumans } from './benchmark/humans';
import { categoryOf, type Labels, labelNotes, readLabels, writeLabelsExample } from './benchmark/labels';
import type { MeasuredOn } from './benchmark/measures/measureNetwork';
import type { OpenedNetwork } from './benchmark/openNetwork';
import { outputNames } from './benchmark/outputs';
import type { PixelRange } from './benchmark/pixelRanges';
import type { StimulusSet } from './benchmark/stimuli';
import { joinTrials, readTrialFolder } from './benchmark/trialFiles';
import { isHuman } from './benchmark/trials';
import { hasHumans } from './figures/benchmarkLines';
import { writeBenchmarkReport } from './figures/benchmarkReport';
import { MEASURES_FILE } from './figures/measuresReport';
import type { PageLink } from './figures/reportPage';
import { type MontageRecord, readMontages } from './results/montage';

/** Where `--labels init` writes its example. */
const LABELS_FILE = 'labels.json';
const MEASURES_PAGE: PageLink = {
  text: 'By which cues the network decides: other measures than shape bias, made after this report.',
  file: MEASURES_FILE,
};

export interface BenchmarkOptions {
  /** Folder of CSV files of any networks, of humans too if they are there. */
  trials?: string;
  /** Safetensors or ONNX file of a network, which is shown the sets first. */
  model?: string;
  /** Folder of stimuli for the network: of the 17 sets, or of photographs by class, on which cues are suppressed. Default: the embedded sets, from Relief-16. */
  stimuli?: string;
  /** Also measure the network's bias by suppressions and ranks. Default true. */
  measures?: boolean;
  /** ONNX only: the numbers that it takes for a pixel. Default `imagenet`: normalised by ImageNet's mean and deviation. */
  input?: PixelRange;
  /** ONNX only: rows and columns of the images, for a network that takes any. Default 224. */
  size?: number;
  /** Safetensors only: the network of weights that do not say theirs, e.g. torchvision's. */
  architecture?: string;
  /** Share of the papers' number of embedded images in each condition; of the 17 sets in a folder, of the images of each category in each condition; of photographs,
   *  of those of each class. Default 1. */
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

/** Measures trials, or a network on stimuli, and writes the report. Throws when neither is given, on options that would be without effect, and as the readers. */
export async function runBenchmark(options: BenchmarkOptions): Promise<void> {
  requireEffect(options);
  if (options.labels === 'init') return writeExample(options);
  if (options.trials === undefined && options.model === undefined) {
    throw new Error(
      'Give --trials <folder of CSV files>, or --model <weights.safetensors or network.onnx>, or both.',
    );
  }
  const labels = options.labels === undefined ? undefined : readLabels(options.labels);
  const given = options.trials === undefined ? undefined : readGiven(options.trials, labels);
  const humans = options.humans === undefined ? undefined : readTrialFolder(options.humans);
  if (options.model === undefined) return reportTrials(options, { given, humans });
  requireNetworkName(nameOf(options.model, options));
  const network = await openModel(options.model, options);
  try {
    const sets = await setsOf(options);
    if (options.share !== undefined) requireSameImages(sets ?? [], given);
    const evaluated = sets === null ? undefined : await evaluateNetwork(network, sets, options, labels);
    if (given !== undefined || evaluated !== undefined)
      await reportTrials(options, { given, evaluated, humans });
    if (options.measures !== false) await measure(network, sets, options, labels);
  } finally {
    await network.close();
  }
}

const FOR_NETWORKS = ['stimuli', 'share', 'name', 'architecture', 'input', 'size'] as const;

function requireEffect(options: BenchmarkOptions): void {
  const { trials, model, labels, measures } = options;
  if (labels === 'init' && trials !== undefined) {
    throw new Error(
      '--labels init writes the labels of a network (--model), or without one an example; it does not read --trials. Leave --trials out.',
    );
  }
  if (model !== undefined) return;
  const given =
    measures === false ? 'no-measures' : FOR_NETWORKS.find((option) => options[option] !== undefined);
  if (given !== undefined) throw new Error(`--${given} is for a network: give --model as well.`);
}

/** Observers are compared on the same images: a share that does not fit the trials is refused before the network runs. */
function requireSameImages(sets: readonly StimulusSet[], given: GivenTrials | undefined): void {
  for (const { dataset, count } of sets) {
    const { name } = dataset;
    const answered = new Set(given?.trials[name]?.map(({ image }) => image)).size;
    if (answered > 0 && answered !== count)
      throw new Error(
        `The trials of ${name} are of ${answered} images, and the network would be shown ${count}: observers are compared on the same images. Leave out --share, or --trials.`,
      );
  }
}

/** Trials with what is to be said of them. */
interface GivenTrials {
  readonly trials: TrialsBySet;
  readonly notes: readonly string[];
}

function readGiven(folder: string, labels: Labels | undefined): GivenTrials {
  const responses = new Map<string, number>();
  const onResponse = (label: string): void => void responses.set(label, (responses.get(label) ?? 0) + 1);
  const trials = readTrialFolder(folder, { labels, onResponse });
  return { trials, notes: labels === undefined ? [] : trialNotes(responses, labels) };
}

async function reportTrials(
  options: BenchmarkOptions,
  { given, evaluated, humans }: { given?: GivenTrials; evaluated?: EvaluatedModel; humans?: TrialsBySet },
): Promise<void> {
  const { out, report } = options;
  const parts = [given, evaluated].flatMap((part) => (part === undefined ? [] : [part.trials]));
  const answered = joinTrials(...parts);
  if (humans !== undefined) parts.push(onlySets(humans, Object.keys(answered)));
  const measured = benchmark(joinTrials(...parts));
  const compared = hasHumans(measured);
  const notes = [
    ...(compared
      ? []
      : [
          'Humans are shown by their published numbers on the published images. They cannot be compared answer by answer, so there is no consistency with humans: give their raw answers with --humans <folder>.',
        ]),
    ...missingSets(answered),
    ...(given?.notes ?? []),
    ...(evaluated?.notes ?? []),
  ];
  const links = evaluated?.links ?? [];
  // What lies there now may be of an earlier network.
  for (const { file } of links) fs.rmSync(path.join(out, file), { force: true });
  const about = aboutOf(options, evaluated !== undefined);
  const files = await writeBenchmarkReport(compared ? measured : withPublishedHumans(measured), {
    folder: out,
    about,
    notes,
    stimuli: evaluated?.stimuli ?? [],
    links,
  });
  for (const note of notes) report(note);
  report(`${files.length} files; open ${path.relative(process.cwd(), files.at(-1) as string)}`);
}

async function measure(
  network: OpenedNetwork,
  sets: readonly StimulusSet[] | null,
  options: BenchmarkOptions,
  labels: Labels | undefined,
): Promise<void> {
  const { model = '', share, out, signal, report } = options;
  const on = measuredOn(sets, options);
  if (on === null) {
    report(
      'No set of the stimuli has conflicting cues, and there are no photographs by class: bias is not measured.',
    );
    return;
  }
  const { runMeasures } = await import('./runMeasures');
  await runMeasures(network, { name: nameOf(model, options), on, labels, share, out, signal, report });
}

/** What the bias of a network is measured on; null: there is nothing to measure by. */
function measuredOn(
  sets: readonly StimulusSet[] | null,
  { stimuli }: Pick<BenchmarkOptions, 'stimuli'>,
): MeasuredOn | null {
  if (stimuli === undefined) return { kind: 'relief16' };
  if (sets === null) return { kind: 'photographs', folder: stimuli };
  const set = sets.find(({ dataset }) => dataset.name === 'cue-conflict');
  return set === undefined ? null : { kind: 'conflict', set };
}

interface EvaluatedModel {
  readonly trials: TrialsBySet;
  /** Pictures of what it was shown. */
  readonly stimuli: readonly MontageRecord[];
  /** On its labels. */
  readonly notes: readonly string[];
  readonly links: readonly PageLink[];
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
async function labelsOf(file: string, options: BenchmarkOptions): Promise<readonly string[]> {
  const { classifier, classes, close } = await openModel(file, options);
  await close();
  return classes ?? Array.from({ length: classifier.outputs }, (_, output) => `output ${output}`);
}

function nameOf(file: string, { name = path.basename(file, path.extname(file)) }: BenchmarkOptions): string {
  return name;
}

function requireNetworkName(name: string): void {
  if (isHuman(name))
    throw new Error(`"${name}" is how humans are called. Give the network another name: --name <name>.`);
}

async function openModel(
  file: string,
  { input, size, architecture }: BenchmarkOptions,
): Promise<OpenedNetwork> {
  const { openNetwork } = await import('./benchmark/openNetwork');
  return openNetwork(file, { input, size, architecture });
}

/** The sets to show; null where the folder holds photographs by class. */
async function setsOf(options: BenchmarkOptions): Promise<readonly StimulusSet[] | null> {
  const { stimuli, share = 1, measures, humans, trials } = options;
  const { openStimuli } = await import('./benchmark/stimuli');
  const { shareOf } = await import('./benchmark/shareOfSet');
  const { reliefBenchmark } = await import('./benchmark/embedded');
  if (stimuli === undefined) return reliefBenchmark({ share });
  const { holdsPhotographs } = await import('./benchmark/measures/photographs');
  if (!holdsPhotographs(stimuli)) {
    const sets = openStimuli(stimuli);
    if (share === 1) return sets;
    if (humans === undefined) return sets.map((set) => shareOf(set, share));
    throw new Error(
      'Humans are compared on all images that they answered, not on a share: leave out --share, or --humans.',
    );
  }
  if (measures === false) {
    throw new Error(
      `${stimuli} holds photographs by class, which are for the measures alone: leave out --no-measures. Expected otherwise: folders named as the 17 sets.`,
    );
  }
  if (humans !== undefined && trials === undefined) {
    throw new Error(
      `${stimuli} holds photographs by class, which humans have not answered: leave out --humans.`,
    );
  }
  return null;
}

async function evaluateNetwork(
  { classifier, classes, normalisation }: OpenedNetwork,
  sets: readonly StimulusSet[],
  options: BenchmarkOptions,
  labels: Labels | undefined,
): Promise<EvaluatedModel> {
  const { model = '', stimuli, out, signal, report } = options;
  const { evaluate } = await import('./benchmark/evaluate');
  let shown = '';
  const { trials } = await evaluate(classifier, sets, {
    subject: nameOf(model, options),
    transform: { normalisation },
    classes: classes ?? undefined,
    labels,
    folder: path.join(out, 'trials'),
    signal,
    onProgress: ({ dataset, done, total }) => {
      if (dataset !== shown) report(`${dataset} (${done} of ${total} images)`);
      shown = dataset;
    },
  });
  const notes =
    labels === undefined
      ? []
      : labelNotes(outputNames(classifier.outputs, labels, classes ?? undefined), labels, 'network');
  return {
    trials,
    notes,
    stimuli: stimuli === undefined ? readMontages() : await montagesOf(sets, stimuli),
    links: options.measures !== false && measuredOn(sets, options) !== null ? [MEASURES_PAGE] : [],
  };
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

function aboutOf({ trials, model = '', stimuli, share = 1 }: BenchmarkOptions, answered: boolean): string {
  const percent = `${Number((100 * share).toPrecision(2))} %`;
  const parts = [
    ...(trials === undefined ? [] : [`Trials from ${path.basename(trials)}`]),
    ...(!answered
      ? []
      : [
          stimuli === undefined
            ? `${path.basename(model)} on the embedded sets (Relief-16, ${percent} of the papers' number of images)`
            : `${path.basename(model)} on ${share === 1 ? '' : `at least ${percent} of each category and condition of `}the stimuli of ${path.basename(stimuli)}`,
        ]),
  ];
  return `${parts.join('; ')}.`;
}
