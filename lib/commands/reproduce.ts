import type { Command } from 'commander';
import { newCommand } from './command';
import { EXIT } from './exitCodes';
import { writeAll } from './figures';
import { executeNotebooks } from './notebooks';
import {
  countFrom,
  dataOption,
  freshOption,
  inputsOf,
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
    ],
    writes: 'data/records, checkpoints in .cache, figures/ and the outputs of notebooks/',
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
    .action(async (ids: string[], options: Options) => {
      if (!(await run(ids, options))) process.exitCode = EXIT.failed;
    });
}

async function run(ids: readonly string[], options: Options): Promise<boolean> {
  const { EXPERIMENTS, findExperiment } = await import('../experiments/registry');
  const { reproduce } = await import('../experiments/reproduce');
  const { interruptSignal } = await import('../notebook/interrupt');
  const { profile, seeds, fresh = false, engine = process.env.GESTALT_ENGINE, jobs } = options;
  return reproduce({
    experiments: ids.length === 0 ? EXPERIMENTS : ids.map((id) => findExperiment(id)),
    profile,
    seeds,
    inputs: inputsOf(options),
    fresh,
    engine,
    jobs,
    signal: interruptSignal(),
    report: (line) => console.log(line),
    steps: [
      { name: 'figures', run: writeAll },
      { name: 'notebooks', run: () => executeNotebooks([]) },
    ],
  });
}
