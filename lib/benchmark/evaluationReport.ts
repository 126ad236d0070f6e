// What an evaluation leaves: a CSV of trials for each data set, and a record that vouches for them.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { preparationThreads } from '../data/preparation/preparation';
import { fileNameOf } from '../fileName';
import { sha256, writeFileAtomic } from '../files';
import { hashJson } from '../results/canonical';
import { describeMachine } from '../results/machine';
import {
  type Artifact,
  type JsonObject,
  type Metric,
  RECORD_SCHEMA,
  type RunRecord,
  readRecord,
  writeRecord,
} from '../results/record';
import { DATASETS } from './datasets';
import { accuracy, shapeBias } from './metrics';
import type { StimulusSet } from './stimuli';
import { readTrials, type Trial, writeTrials } from './trials';

export interface EvaluationReportOptions {
  /** Name of the network in CSV files and figures, any text, e.g. `ResNet-18 (Top-K)`, but `humans` and `subject-...`: these are humans. */
  subject: string;
  /** Where CSV files and record go: `<folder>/<data set>/<data set>_<subject>_session-1.csv`, as the toolbox has them, and
   *  `<folder>/<subject>.json`. Default: nothing is written. */
  folder?: string;
  /** Evaluate again what `folder` holds already. */
  fresh?: boolean;
  /** For captions: where the images are from, e.g. `Relief-16`. Default: the names of the sets. */
  dataName?: string;
  /** For the record: what runs this again. */
  command?: string;
}

export interface Evaluation {
  readonly record: RunRecord;
  /** Trials by data set. */
  readonly trials: Readonly<Record<string, readonly Trial[]>>;
  /** Data sets whose trials were read from the folder, not computed. */
  readonly reused: readonly string[];
}

/** Where the toolbox has the answers of a network to a data set; names of networks have hyphens there. */
export function trialsFile(folder: string, dataset: string, subject: string): string {
  return path.join(folder, dataset, `${dataset}_${fileNameOf(subject)}_session-1.csv`);
}

/** Where the record of an evaluation lies beside the data sets' folders. */
export function evaluationFile(folder: string, subject: string): string {
  return path.join(folder, `${fileNameOf(subject)}.json`);
}

/** All that determines a network's answer to an image. */
export interface Question {
  readonly network: string;
  readonly spec: JsonObject;
  readonly classes: readonly string[] | null;
  readonly transform: string;
  readonly codeHash: string;
  readonly engine: RunRecord['engine'];
}

/** A data set that is done. */
interface Done {
  readonly hash: string;
  readonly images: number;
  readonly leftOut: number;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly csv?: Artifact;
}

/** What is done so far, in memory and in the folder: first a set's CSV, then the record that vouches for it. */
export class EvaluationReport {
  private readonly began = performance.now();
  private readonly done: Map<string, Done> = new Map();
  private readonly trials: Record<string, readonly Trial[]> = {};
  private readonly reused: string[] = [];
  private readonly before: RunRecord | undefined;
  /** What the folder holds, as far as this evaluation wrote it. */
  private written: RunRecord | undefined;

  constructor(
    private readonly question: Question,
    private readonly sets: readonly StimulusSet[],
    private readonly options: EvaluationReportOptions,
  ) {
    const { folder, subject, fresh = false } = options;
    if (folder === undefined || fresh) return;
    this.before = readBefore(evaluationFile(folder, subject), question);
    if (this.before !== undefined) this.done = doneIn(this.before);
  }

  /** Reads a set's trials, when the folder holds them for the same images. */
  reuse({ dataset, hash }: StimulusSet): boolean {
    const { folder, subject } = this.options;
    const done = this.done.get(dataset.name);
    if (folder === undefined || done?.csv === undefined || done.hash !== hash) return false;
    const file = trialsFile(folder, dataset.name, subject);
    if (!fs.existsSync(file)) return false;
    const csv = fs.readFileSync(file, 'utf8');
    if (sha256(csv) !== done.csv.sha256) return false;
    this.trials[dataset.name] = readTrials(csv, { file, dataset: dataset.name });
    this.reused.push(dataset.name);
    return true;
  }

  /** Keeps a set's trials, in the folder as well if there is one. */
  add(set: StimulusSet, trials: readonly Trial[]): void {
    const { folder, subject } = this.options;
    const { dataset, hash, count } = set;
    const whole = this.sets.find((other) => other.dataset === dataset)?.count ?? count;
    const done = { hash, images: count, leftOut: whole - count, metrics: metricsOf(set, trials) };
    this.trials[dataset.name] = trials;
    if (folder === undefined) {
      this.done.set(dataset.name, done);
      return;
    }
    const file = trialsFile(folder, dataset.name, subject);
    const csv = writeTrials(trials);
    writeFileAtomic(file, csv);
    const relative = path.relative(folder, file).split(path.sep).join('/');
    const artifact = { file: relative, sha256: sha256(csv), bytes: Buffer.byteLength(csv) };
    this.done.set(dataset.name, { ...done, csv: artifact });
    this.written = this.record();
    writeRecord(evaluationFile(folder, subject), this.written);
  }

  evaluation(): Evaluation {
    return { record: this.written ?? this.record(), trials: this.trials, reused: this.reused };
  }

  private record(): RunRecord {
    const { network, spec, classes, transform, codeHash, engine } = this.question;
    const { subject, command } = this.options;
    const done = DATASETS.flatMap(({ name }) => {
      const found = this.done.get(name);
      return found === undefined ? [] : [{ name, ...found }];
    });
    const sets = Object.fromEntries(
      done.map(({ name, hash, images, leftOut }) => [name, { hash, images, leftOut }]),
    );
    const config: JsonObject = { network, spec, classes, transform, sets };
    const seconds = (this.before?.seconds ?? 0) + (performance.now() - this.began) / 1000;
    return {
      schema: RECORD_SCHEMA,
      experiment: 'benchmark',
      paper: 'benchmark',
      profile: 'evaluation',
      cell: { id: fileNameOf(subject), seed: 0 },
      config,
      configHash: hashJson(config),
      codeHash,
      dataName: this.options.dataName ?? sourceNames(this.sets),
      dataHash: sha256(...done.map(({ name, hash }) => `${name} ${hash}\n`)),
      engine,
      workers: preparationThreads(),
      machine: describeMachine(),
      seconds: Math.round(seconds),
      date: new Date().toISOString().slice(0, 10),
      seeds: {},
      curves: {},
      metrics: Object.assign({}, ...done.map(({ metrics }) => metrics)),
      artifacts: done.flatMap(({ csv }) => (csv === undefined ? [] : [csv])),
      command: command ?? 'evaluate(...) of lib/benchmark/evaluate',
    };
  }
}

/** The stored record, if it answers the same question. One that cannot be read is replaced, not mourned. */
function readBefore(file: string, question: Question): RunRecord | undefined {
  if (!fs.existsSync(file)) return undefined;
  let record: RunRecord;
  try {
    record = readRecord(file);
  } catch {
    return undefined;
  }
  const { network, classes, transform } = record.config;
  const { codeHash } = record;
  const stored = { network, classes, transform, codeHash, family: record.engine.family };
  const asked = {
    network: question.network,
    classes: question.classes,
    transform: question.transform,
    codeHash: question.codeHash,
    family: question.engine.family,
  };
  return hashJson(stored) === hashJson(asked) ? record : undefined;
}

function doneIn({ config, metrics, artifacts }: RunRecord): Map<string, Done> {
  const sets = config.sets as Record<string, Pick<Done, 'hash' | 'images' | 'leftOut'>>;
  return new Map(
    Object.entries(sets).map(([name, set]) => {
      const own = Object.entries(metrics).filter(
        ([metric]) => metric === name || metric === `${name}-shape-bias`,
      );
      const csv = artifacts.find(({ file }) => file.startsWith(`${name}/`));
      return [name, { ...set, metrics: Object.fromEntries(own), csv }];
    }),
  );
}

/** Accuracy by the name of the set, and `cue-conflict-shape-bias`, with intervals over the images. */
function metricsOf(set: StimulusSet, trials: readonly Trial[]): Record<string, Metric> {
  const { name } = set.dataset;
  const decided = trials.map(({ response }) => set.classes.indexOf(response));
  const metrics = { [name]: accuracy(decided, set.labels) };
  if (set.textureLabels !== undefined) {
    metrics[`${name}-shape-bias`] = shapeBias(decided, set.labels, set.textureLabels);
  }
  return metrics;
}

/** E.g. `relief16` or `stimuli`: what comes before the names of the sets. */
function sourceNames(sets: readonly StimulusSet[]): string {
  return [...new Set(sets.map(({ name }) => name.split('/')[0]))].join(', ');
}
