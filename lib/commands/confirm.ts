import type { Command } from 'commander';
import { newCommand } from './command';
import { EXIT } from './exitCodes';
import { dataOption, inputsOf, profileOption } from './options';

export function confirmCommand(): Command {
  return newCommand('confirm', {
    summary:
      'run cells again with changed code; if every number is the same, records of the earlier code stay valid',
    examples: [
      ['npm run confirm -- topk-training code-none--s1--seed0 paper-topk--s1--seed0', 'compares two cells'],
    ],
    writes: 'beside the records, that the code of now and of then give the same numbers',
    failed: 'a number differs; nothing is written',
  })
    .argument('<experiment>', 'experiment by id')
    .argument('<cell...>', 'its cells to run again')
    .addOption(profileOption())
    .addOption(dataOption())
    .action(async (experiment: string, cells: string[], options: { profile: string; data?: string }) => {
      const { findExperiment } = await import('../experiments/registry');
      const { confirm } = await import('../experiments/confirm');
      const { interruptSignal } = await import('../notebook/interrupt');
      const same = await confirm(cells, {
        experiment: findExperiment(experiment),
        profile: options.profile,
        inputs: inputsOf(options),
        signal: interruptSignal(),
        report: (line) => console.log(line),
      });
      if (!same) process.exitCode = EXIT.failed;
    });
}
