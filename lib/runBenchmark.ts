// `npm run benchmark`: from trials or a network to the report.
import * as path from 'node:path';
import { benchmark, type TrialsBySet } from './benchmark/benchmark';
import { DATASETS } from './benchmark/datasets';
import { withPublishedHumans } from './benchmark/humans';
import type { StimulusSet } from './benchmark/stimuli';
import { joinTrials, readTrialFolder } from './benchmark/trialFiles';
import { isHuman } from './benchmark/trials';
import { hasHumans } from './figures/benchmarkLines';
import { writeBenchmarkReport } from './figures/benchmarkReport';
import { type MontageRecord, readMontages } from './results/montage';

export interface BenchmarkOptions {
  /** Folder of CSV files of any networks, of people too if they are there. */
  trials?: string;
  /** Safetensors file of a network, which is shown the sets first. */
  model?: string;
  /** Folder of stimuli for the network. Default: the embedded sets, from Relief-16. */
  stimuli?: string;
  /** Share of the papers' number of embedded images in each condition. Default 1. */
  share?: number;
  /** Name of the network in figures. Default: its file's. */
  name?: string;
  /** Folder of people's raw answers, to compare answer by answer. */
  humans?: string;
  /** Where the report goes. */
  out: string;
  signal?: AbortSignal;
  report: (line: string) => void;
}

/** Measures trials, or a network on stimuli, and writes the report. Throws when neither is given, and as the readers. */
export async function runBenchmark(options: BenchmarkOptions): Promise<void> {
  const { out, report } = options;
  if (options.trials === undefined && options.model === undefined) {
    throw new Error('Give --trials <folder of CSV files>, or --model <weights.safetensors>, or both.');
  }
  const parts: TrialsBySet[] = [];
  let stimuli: readonly MontageRecord[] = [];
  if (options.trials !== undefined) parts.push(readTrialFolder(options.trials));
  if (options.model !== undefined) {
    const evaluated = await evaluateModel(options.model, options);
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
          'People are shown by their published numbers on the published images. They cannot be compared answer by answer, so there is no consistency with people: give their raw answers with --humans <folder>.',
        ]),
    ...missingSets(answered),
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
}

async function evaluateModel(file: string, options: BenchmarkOptions): Promise<EvaluatedModel> {
  const { name = path.basename(file, path.extname(file)), stimuli, share, out, signal, report } = options;
  if (isHuman(name))
    throw new Error(`"${name}" is how people are called. Give the network another name: --name <name>.`);
  const { useEngine } = await import('./engine/engine');
  const { loadModel } = await import('./benchmark/loadModel');
  const { evaluate } = await import('./benchmark/evaluate');
  const { openStimuli } = await import('./benchmark/stimuli');
  const { reliefBenchmark } = await import('./benchmark/embedded');
  await useEngine();
  const { model, classes } = loadModel(file);
  const sets = stimuli === undefined ? reliefBenchmark({ share }) : openStimuli(stimuli);
  let shown = '';
  const { trials } = await evaluate(model, sets, {
    subject: name,
    classes: classes ?? undefined,
    folder: path.join(out, 'trials'),
    signal,
    onProgress: ({ dataset, done, total }) => {
      if (dataset !== shown) report(`${dataset} (${done} of ${total} images)`);
      shown = dataset;
    },
  });
  model.dispose();
  return { trials, stimuli: stimuli === undefined ? readMontages() : await montagesOf(sets, stimuli) };
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
