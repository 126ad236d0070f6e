import type { Command } from 'commander';
import { newCommand } from './command';
import { EXIT } from './exitCodes';
import { dataOption, inputsOf, profileOption, text } from './options';

interface Options {
  profile: string;
  data?: string;
  records?: string;
}

export function confirmCommand(): Command {
  return newCommand('confirm', {
    summary:
      'run cells again with changed code; if every number is the same, records of the earlier code stay valid',
    examples: [
      ['npm run confirm -- topk-training code-none--s1--seed0 paper-topk--s1--seed0', 'compares two cells'],
      [
        'npm run confirm -- locnet baseline--seed1 --records ../earlier/data/records',
        'with what the earlier commit measured here',
      ],
    ],
    writes: 'beside the records, that the code of now and of then give the same numbers',
    failed: 'a number differs; nothing is written',
  })
    .argument('<experiment>', 'experiment by id')
    .argument('<cell...>', 'its cells to run again')
    .addOption(profileOption())
    .addOption(dataOption())
    .addOption(
      text(
        '--records <folder>',
        'compare with these, made by the earlier code on this machine: other processors round otherwise',
      ),
    )
    .action(async (experiment: string, cells: string[], options: Options) => {
      const { findExperiment } = await import('../experiments/registry');
      const { confirm } = await import('../experiments/confirm');
      const { interruptSignal } = await import('../notebook/interrupt');
      const same = await confirm(cells, {
        experiment: findExperiment(experiment),
        profile: options.profile,
        inputs: inputsOf(options),
        madeHere: options.records,
        signal: interruptSignal(),
        report: (line) => console.log(line),
      });
      if (!same) process.exitCode = EXIT.failed;
    });
}
