import type { Command } from 'commander';
import { newCommand } from './command';
import { advisedWhenInterrupted, BEGINS_ANEW } from './exitCodes';
import {
  dataOption,
  freshOption,
  inputsOf,
  profileOption,
  recordsOption,
  seedsOption,
  text,
} from './options';

interface Options {
  profile: string;
  seeds?: number[];
  data?: string;
  fresh?: boolean;
  freshAs?: string;
  records?: string;
}

export function cellCommand(): Command {
  return newCommand('cell', {
    summary: 'run one cell of an experiment in this process',
    description:
      'Runs one cell of an experiment in this process, as reproduce does for each; GESTALT_ENGINE names its engine.',
    examples: [
      ['npm run cell -- topk-training paper-topk--s1--seed0', 'one training of profile tiny'],
      ['npm run cell -- topk-training paper-topk--s1--seed0 --fresh', 'again, though its record is valid'],
    ],
    writes: 'its record in data/records, its checkpoint in .cache',
  })
    .argument('<experiment>', 'experiment by id')
    .argument('<cell>', 'one of its cells, e.g. paper-topk--s1--seed0')
    .addOption(profileOption())
    .addOption(seedsOption())
    .addOption(dataOption())
    .addOption(freshOption())
    .addOption(
      text(
        '--fresh-as <name>',
        'with --fresh: name of the run; another attempt of the same name goes on from its checkpoint',
      ),
    )
    .addOption(recordsOption())
    .action(run);
}

async function run(experiment: string, cell: string, options: Options): Promise<void> {
  const { findExperiment } = await import('../experiments/registry');
  const { familyOf } = await import('../experiments/plan');
  const { RECORDS } = await import('../results/record');
  const { runCell } = await import('../experiments/runCell');
  const { endWithParent } = await import('../experiments/localProcesses');
  const { interruptSignal } = await import('../notebook/interrupt');
  const { profile, seeds, fresh = false, freshAs, records } = options;
  if (freshAs !== undefined && !fresh) throw new Error('--fresh-as is for --fresh: say that as well.');
  endWithParent(() => process.kill(process.pid, 'SIGINT'));
  const running = runCell(cell, {
    experiment: findExperiment(experiment),
    profile,
    overrides: seeds === undefined ? {} : { seeds },
    inputs: inputsOf(options),
    engineFamily: await familyOf(process.env.GESTALT_ENGINE, { quiet: true }),
    folder: records,
    evidenceFolder: RECORDS,
    fresh,
    freshAs,
    signal: interruptSignal(),
    report: (line) => console.log(line),
  });
  await advisedWhenInterrupted(running, fresh && freshAs === undefined ? BEGINS_ANEW : null);
}
