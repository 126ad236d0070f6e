// Experiments are data: a grid of independent cells, profiles with budgets, and a function that runs one cell.
import type { Artifact, Cell, JsonObject, Metric, RunRecord } from '../results/record';
import { unknownName } from '../suggest';

/** What a profile costs, for the reader who decides whether to run it. */
export interface Budget {
  /** Wall-clock minutes of the whole grid on `device`. */
  readonly minutes: number;
  /** Peak memory of one process, in gigabytes. */
  readonly memory: number;
  readonly device: string;
}

export interface Profile<Config> {
  readonly budget: Budget;
  readonly config: Config;
}

/** What a run needs besides its configuration: where things are on this machine. Never recorded. */
export interface Inputs {
  /** Folder of the images, for configurations that read image folders. */
  readonly data?: string;
}

/** What a running cell is given. */
export interface CellContext {
  readonly inputs: Inputs;
  /** Aborted: stop within a step, keep the checkpoint, throw `Interrupted`. */
  readonly signal: AbortSignal;
  /** Folder of this cell's checkpoint, kept between attempts. */
  readonly checkpoints: string;
  /** Writes a small file beside the cell's record, whole or not at all, and says what the record must say of it. */
  artifact(name: string, content: string | Uint8Array): Artifact;
  /** One line of progress. */
  report(line: string): void;
}

/** What a finished cell hands over; the rest of its record is known without it. */
export interface CellOutcome
  extends Pick<RunRecord, 'engine' | 'workers' | 'dataName' | 'dataHash' | 'seeds' | 'curves'> {
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly artifacts?: readonly Artifact[];
}

/** An experiment. `Config` describes its grid, `CellConfig` is all that determines the numbers of one cell; both are JSON. */
export interface Experiment<
  Config extends JsonObject = JsonObject,
  CellConfig extends JsonObject = JsonObject,
> {
  readonly id: string;
  readonly title: string;
  /** Key of the paper under data/papers. */
  readonly paper: string;
  readonly question: string;
  readonly profiles: Readonly<Record<string, Profile<Config>>>;
  /** The module that runs cells, from the root: the code hash of records covers it and all that it imports. */
  readonly entry: string;
  /** Adds what the inputs say about the grid, e.g. class lists beside the images. */
  complete?(config: Config, inputs: Inputs): Config;
  /** The independent cells, each with a stable id. */
  cells(config: Config): Cell[];
  cellConfig(config: Config, cell: Cell): CellConfig;
  /** SHA-256 of the data that a cell reads; null when they are not on this machine. */
  dataHash(config: CellConfig, inputs: Inputs): Promise<string | null>;
  /** Whether a cell runs without a folder of the inputs, though its data hash may be of one. Default: of a hash that is null, no. */
  runsWithoutFolder?(config: CellConfig): boolean;
  run(config: CellConfig, context: CellContext): Promise<CellOutcome>;
}

// A list holds experiments of different configurations; each one's functions only ever see its own.
// biome-ignore lint/suspicious/noExplicitAny: a list over different type arguments has no common one.
export type AnyExperiment = Experiment<any, any>;

/** A cell was stopped by its signal; its checkpoint is kept and the next run resumes it. */
export class Interrupted extends Error {
  constructor() {
    super('Interrupted. Checkpoints are kept: the same command, without --fresh, goes on from here.');
    this.name = 'Interrupted';
  }
}

/** A profile's configuration with some values replaced. Throws, with the nearest known name, on an unknown profile or key. */
export function resolveConfig<Config extends JsonObject>(
  experiment: Pick<Experiment<Config>, 'id' | 'profiles'>,
  profile: string,
  overrides: JsonObject = {},
): Config {
  const found = experiment.profiles[profile];
  if (found === undefined)
    throw unknownName(`profile of ${experiment.id}`, profile, Object.keys(experiment.profiles));
  return merge(found.config, overrides, `configuration key of ${experiment.id}`, '') as Config;
}

function merge(config: JsonObject, overrides: JsonObject, kind: string, path: string): JsonObject {
  const merged: Record<string, JsonObject[string]> = { ...config };
  for (const [key, value] of Object.entries(overrides)) {
    if (!(key in config))
      throw unknownName(
        kind,
        path + key,
        Object.keys(config).map((known) => path + known),
      );
    const current = config[key];
    merged[key] =
      isObject(current) && isObject(value) ? merge(current, value, kind, `${path}${key}.`) : value;
  }
  return merged;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
