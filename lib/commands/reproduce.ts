import * as fs from 'node:fs';
import * as path from 'node:path';
import { type Command, Option } from 'commander';
import type { AnyExperiment } from '../experiments/experiment';
import type { ReproduceOptions } from '../experiments/reproduce';
import { unknownName } from '../suggest';
import { newCommand } from './command';
import { advisedWhenInterrupted, BEGINS_ANEW, EXIT } from './exitCodes';
import { writeAll } from './figures';
import { leaveOrCancel } from './leaveOrCancel';
import { executeNotebooks } from './notebooks';
import {
  countFrom,
  dataOption,
  freshOption,
  inputsOf,
  oneOf,
  profileOption,
  seedsOption,
  text,
  valued,
} from './options';

interface Options {
  profile: string;
  seeds?: number[];
  data?: string;
  fresh?: boolean;
  engine?: string;
  jobs?: number;
  cluster?: string;
  partition?: string;
  gres?: string;
  cpusPerTask?: number;
  time?: string;
  arrayLimit?: number;
  setup?: string;
  attach?: boolean;
  untilDecided?: boolean;
  claims?: string[];
  budgetMinutes?: number;
}

export function reproduceCommand(): Command {
  return newCommand('reproduce', {
    summary: 'run what has no valid record, then render figures, tables, ledger and notebooks',
    description:
      'Runs what has no valid record, goes on with what was cut off, then renders figures, tables, ledger and notebooks.',
    examples: [
      ['npm run reproduce', 'all experiments, profile tiny, from the committed records'],
      ['npm run reproduce -- topk-training --fresh', 'every training of one experiment anew'],
      ['npm run reproduce -- topk-training --seeds 0,1 --engine wasm --jobs 2', 'two seeds on one engine'],
      ['npm run reproduce -- topk-training --profile paper --data imagenet-subsets', "the papers' settings"],
      [
        'npm run reproduce -- topk-training --cluster slurm --gres gpu:1 --time 12:00:00',
        'the same grid as a job array of Slurm, one task a cell',
      ],
      ['npm run reproduce -- topk-training --cluster slurm --attach', 'follow an array that was sent before'],
      [
        'npm run reproduce -- topk-training --until-decided --claims D1,D2 --budget-minutes 120',
        'add seeds, by a plan, until two claims are decided',
      ],
    ],
    writes: 'data/records, data/until-decided, checkpoints in .cache, figures/ and the outputs of notebooks/',
    failed: 'a cell or a later step failed; the others were run, and stderr says which failed',
  })
    .argument('[experiment...]', 'experiments by id; all unless given')
    .addOption(profileOption())
    .addOption(seedsOption())
    .addOption(dataOption())
    .addOption(freshOption())
    .addOption(
      text(
        '--engine <engine>',
        'engine of the runs; records of other engine families are run again (default: GESTALT_ENGINE, else the best there is)',
      ),
    )
    .addOption(valued('--jobs <count>', 'cells at a time (default: one a core)', countFrom))
    .addOption(oneOf('--cluster <scheduler>', 'run the cells as a job array: slurm', ['slurm']))
    .addOption(text('--partition <name>', "Slurm: partition (default: the cluster's)"))
    .addOption(text('--gres <list>', 'Slurm: generic resources of a cell, e.g. gpu:1'))
    .addOption(
      valued(
        '--cpus-per-task <count>',
        'Slurm: CPUs of a cell, for the threads that prepare images (default: 1, with --gres 4)',
        countFrom,
      ),
    )
    .addOption(
      text('--time <limit>', "Slurm: time limit of a cell, e.g. 12:00:00 (default: the partition's)"),
    )
    .addOption(valued('--array-limit <count>', 'Slurm: cells at a time (default: as many as fit)', countFrom))
    .addOption(
      valued(
        '--setup <file>',
        'Slurm: bash file that is read on the node first, e.g. to load modules',
        (given) => path.resolve(given),
      ),
    )
    .addOption(new Option('--attach', 'Slurm: follow the cells that were sent before; send none'))
    .addOption(
      new Option(
        '--until-decided',
        'add seeds until claims of the experiment are decided, looking only where the plan does (group-sequential)',
      ),
    )
    .addOption(
      valued(
        '--claims <list>',
        'with --until-decided: these claims, e.g. D1,D2 (default: all that seeds decide)',
        (given) => given.split(',').map((claim) => claim.trim()),
      ),
    )
    .addOption(
      valued(
        '--budget-minutes <minutes>',
        'with --until-decided: minutes for further seeds on this machine (default: 120)',
        countFrom,
      ),
    )
    .action(async (ids: string[], options: Options) => {
      if (!(await run(ids, options))) process.exitCode = EXIT.failed;
    });
}

async function run(ids: readonly string[], options: Options): Promise<boolean> {
  const { findExperiment } = await import('../experiments/registry');
  const { reproduce } = await import('../experiments/reproduce');
  if (options.attach && ids.length === 0)
    throw new Error('Name the experiment whose cells --attach follows.');
  const { profile, seeds, fresh = false, engine = process.env.GESTALT_ENGINE } = options;
  const running = reproduce({
    experiments: ids.length === 0 ? await allWith(profile) : ids.map((id) => findExperiment(id)),
    profile,
    seeds,
    inputs: inputsOf(options),
    fresh,
    engine,
    ...(await whereCellsRun(options)),
    untilDecided: await untilDecidedOf(ids, options),
    report: (line) => console.log(line),
    steps: [
      { name: 'figures', run: writeAll },
      { name: 'notebooks', run: () => executeNotebooks([]) },
    ],
  });
  const attach = 'What was left running goes on: the same command with --attach follows it.';
  return advisedWhenInterrupted(
    running,
    !fresh ? null : options.cluster === undefined ? BEGINS_ANEW : attach,
  );
}

/** All experiments that have the profile. Says which have not; throws where none has it. */
async function allWith(profile: string): Promise<AnyExperiment[]> {
  const { EXPERIMENTS } = await import('../experiments/registry');
  const having = EXPERIMENTS.filter(({ profiles }) => Object.hasOwn(profiles, profile));
  const known = [...new Set(EXPERIMENTS.flatMap(({ profiles }) => Object.keys(profiles)))];
  if (having.length === 0) throw unknownName('profile', profile, known);
  const others = EXPERIMENTS.filter((experiment) => !having.includes(experiment));
  if (others.length > 0) console.log(`Without profile ${profile}: ${others.map(({ id }) => id).join(', ')}.`);
  return having;
}

/** For the options of `reproduce`: which claims shall be decided, and within which time; undefined where none is asked for. */
async function untilDecidedOf(
  ids: readonly string[],
  options: Options,
): Promise<ReproduceOptions['untilDecided']> {
  const { untilDecided, claims, budgetMinutes, cluster, attach, seeds, fresh } = options;
  if (!untilDecided) {
    const given = claims !== undefined ? '--claims' : budgetMinutes !== undefined ? '--budget-minutes' : null;
    if (given !== null) throw new Error(`${given} is for --until-decided: say that as well.`);
    return undefined;
  }
  const [id] = ids;
  if (ids.length !== 1) throw new Error('Name the one experiment whose claims --until-decided is to decide.');
  const other = { '--seeds': seeds, '--fresh': fresh, '--attach': attach };
  const against = Object.entries(other).find(([, value]) => value !== undefined);
  if (against !== undefined)
    throw new Error(
      `${against[0]} does not go with --until-decided: the plan says which seeds are run, and when.`,
    );
  if (cluster !== undefined && budgetMinutes !== undefined)
    throw new Error('--budget-minutes is for this machine; on a cluster Slurm decides, e.g. by --time.');
  const { rulesDecidedBySeeds } = await import('../figures/galleries');
  const minutes = cluster === undefined ? (budgetMinutes ?? BUDGET_MINUTES) : Number.POSITIVE_INFINITY;
  return { rules: rulesDecidedBySeeds(id, claims), budgetMinutes: minutes };
}

const BUDGET_MINUTES = 120;

/** `arrayLimit` is `--array-limit` on the command line. */
function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** For the options of `reproduce`: on this machine, or on a cluster. */
async function whereCellsRun(
  options: Options,
): Promise<Pick<ReproduceOptions, 'driver' | 'elsewhere' | 'recordsWithin' | 'signal'> & { jobs?: number }> {
  const { interruptSignal } = await import('../notebook/interrupt');
  const { cluster, jobs, partition, gres, cpusPerTask, time, arrayLimit, setup, attach } = options;
  const resources = { partition, gres, cpusPerTask, time, arrayLimit, setup };
  const given = Object.entries({ ...resources, attach }).find(([, value]) => value !== undefined);
  if (cluster === undefined) {
    if (given !== undefined)
      throw new Error(`${flagOf(given[0])} is for clusters: say --cluster slurm as well.`);
    return { signal: interruptSignal(), jobs };
  }
  if (jobs !== undefined) throw new Error('--jobs is for this machine; on a cluster: --array-limit.');
  if (setup !== undefined && !fs.existsSync(setup)) throw new Error(`There is no setup file ${setup}.`);
  const { jobArrays, PATIENCE_MILLISECONDS } = await import('../experiments/slurm/jobArrays');
  return {
    driver: jobArrays({ ...resources, attach, onInterrupt: () => leaveOrCancel() }),
    elsewhere: true,
    recordsWithin: PATIENCE_MILLISECONDS,
    jobs: arrayLimit,
    signal: interruptSignal('Stopping to watch'),
  };
}
