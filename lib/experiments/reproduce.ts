// From records, or the lack of them, to everything that is rendered from them.
import { availableParallelism, totalmem } from 'node:os';
import type { JsonObject } from '../results/record';
import { type AnyExperiment, type Budget, type Inputs, Interrupted } from './experiment';
import { familyNamed, familyOf, planGrid } from './plan';
import { type SweepOptions, type SweepResult, sweep } from './sweep';
import { runUntilDecided, seedPlanOf, type UntilDecidedOptions } from './untilDecided';

/** What follows the runs, e.g. figures and notebooks; knows nothing of experiments. */
export interface RenderStep {
  readonly name: string;
  run(): Promise<void>;
}

export interface ReproduceOptions
  extends Pick<
    SweepOptions,
    'fresh' | 'jobs' | 'engine' | 'signal' | 'report' | 'driver' | 'folder' | 'recordsWithin'
  > {
  experiments: readonly AnyExperiment[];
  profile: string;
  /** Replaces the profile's seeds. */
  seeds?: readonly number[];
  inputs?: Inputs;
  /** The driver's cells run on other machines: their engine need not be here. */
  elsewhere?: boolean;
  /** Then adds seeds until these claims are decided. */
  untilDecided?: Pick<UntilDecidedOptions, 'rules' | 'budgetMinutes' | 'furtherFolder'>;
  /** Rendered in this order once the grids are through, complete or not. */
  steps: readonly RenderStep[];
}

/** Runs what has no valid record, then renders. Returns whether everything succeeded: a cell or a step that fails is
 *  reported and the others go on. Throws `Interrupted` when aborted; the next call goes on where this one stopped. */
export async function reproduce(options: ReproduceOptions): Promise<boolean> {
  const { seeds, steps, engine, elsewhere, untilDecided, signal } = options;
  const experiments = [...new Set(options.experiments)];
  const { report = () => undefined } = options;
  const engineFamily = elsewhere ? familyNamed(engine) : await familyOf(engine);
  const overrides: JsonObject = seeds === undefined ? {} : { seeds };
  // What is wrong with a grid or a plan is said before hours of runs; the first is looked at as soon as it begins.
  for (const experiment of experiments.slice(1))
    await planGrid({ ...options, experiment, engineFamily, overrides });
  if (untilDecided !== undefined)
    for (const experiment of experiments)
      seedPlanOf({ experiment, profile: options.profile, furtherFolder: untilDecided.furtherFolder });
  let succeeded = true;
  for (const experiment of experiments) {
    const budget = experiment.profiles[options.profile]?.budget;
    const jobs = options.jobs ?? (elsewhere ? Number.POSITIVE_INFINITY : await defaultJobs(engine, budget));
    const grid = { ...options, experiment, engineFamily, jobs };
    const result = await sweep({ ...grid, overrides });
    succeeded = summarise(experiment, result, report) && succeeded;
    if (signal.aborted) throw new Interrupted();
    if (untilDecided !== undefined && result.failed.length > 0) {
      report('No claim is looked at: the grid of the profile is not complete.');
    } else if (untilDecided !== undefined) {
      succeeded = (await runUntilDecided({ ...grid, ...untilDecided })) && succeeded;
      if (signal.aborted) throw new Interrupted();
    }
  }
  for (const step of steps) {
    if (signal.aborted) throw new Interrupted();
    succeeded = (await render(step, report)) && succeeded;
  }
  if (signal.aborted) throw new Interrupted();
  return succeeded;
}

/** One cell a core on engines of the CPU, as far as the memory goes; one in all on a GPU. */
async function defaultJobs(engine: string | undefined, budget: Budget | undefined): Promise<number> {
  const { inspectEngines } = await import('../engine/engine');
  const best = engine ?? (await inspectEngines()).find(({ available }) => available)?.name;
  if (best !== 'wasm' && best !== 'native') return 1;
  const fitting = Math.floor(totalmem() / 1e9 / (budget?.memory ?? 1));
  return Math.max(1, Math.min(availableParallelism(), fitting));
}

function summarise(experiment: AnyExperiment, result: SweepResult, report: (line: string) => void): boolean {
  const { valid, ran, failed } = result;
  report(`${experiment.id}: ${ran} cells run now, ${valid} valid in all, ${failed.length} failed`);
  return failed.length === 0;
}

async function render(step: RenderStep, report: (line: string) => void): Promise<boolean> {
  try {
    await step.run();
    return true;
  } catch (error) {
    report(`${step.name} failed: ${(error as Error).message}`);
    return false;
  }
}
