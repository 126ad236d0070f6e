import type { Command } from 'commander';
import { newCommand } from './command';
import { EXIT } from './exitCodes';
import { dataOption, inputsOf } from './options';

export function doctorCommand(): Command {
  return newCommand('doctor', {
    summary: 'check Node, kernel, engines, data, fonts and disk',
    description:
      'Checks Node, kernel, engines, data, fonts and disk: each finding good, bad or optional, with its fix.',
    examples: [
      ['npm run doctor', 'looks at this machine'],
      ['npm run doctor -- --data imagenet-subsets', 'and at the image folders of profile paper'],
    ],
    writes: 'nothing',
    failed: 'something required is missing; the table says what to do',
  })
    .addOption(dataOption())
    .action(async (options: { data?: string }) => {
      const { doctor } = await import('../doctor');
      if (!(await doctor(inputsOf(options)))) process.exitCode = EXIT.failed;
    });
}
