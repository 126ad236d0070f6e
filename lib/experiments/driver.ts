// What runs the cells of a grid: processes of this machine, or a cluster.
/** One cell as a command line of this Node, e.g. `['--import', 'tsx', 'lib/cli.ts', 'cell', ...]`. */
export interface Task {
  readonly id: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What the folders of its checkpoints begin with. */
  readonly checkpoints?: string;
  /** What a person types to run it alone. */
  readonly alone?: string;
}

export interface TaskOutcome {
  readonly id: string;
  readonly state: 'done' | 'failed' | 'interrupted';
  readonly seconds: number;
  /** Of a failed task: how it ended, and its last lines. */
  readonly error?: string;
}

export interface DriverOptions {
  /** Which grid, e.g. `tiny/topk-training`. */
  grid: string;
  /** Tasks at a time. */
  jobs: number;
  /** Aborted: no new tasks. Those that run save their checkpoints and end; on a cluster they may be left running. */
  signal: AbortSignal;
  /** Milliseconds until an interrupted process of this machine is killed; default: a minute. */
  grace?: number;
  /** A line that a task printed. */
  onLine?: (id: string, line: string) => void;
  onOutcome?: (outcome: TaskOutcome) => void;
  /** A line of the driver's own. */
  report?: (line: string) => void;
}

/** Runs tasks, a failing one not hindering the others; tasks that were never started are not among the outcomes. */
export type Driver = (tasks: readonly Task[], options: DriverOptions) => Promise<TaskOutcome[]>;
