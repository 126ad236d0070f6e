import { execFileSync } from 'node:child_process';
import * as path from 'node:path';
import type { Command } from 'commander';
import { ROOT } from '../files';
import { newCommand } from './command';
import { valued } from './options';

export function claimsCommand(): Command {
  return newCommand('claims', {
    summary: 'print the ledger: what the papers claim, what was measured, verdicts',
    examples: [
      ['npm run claims', 'prints the ledger of claims as Markdown'],
      [
        'npm run claims -- --crate archive',
        'also copies records, figures and ledger into a folder as an RO-Crate',
      ],
    ],
    writes: 'figures/claims.md, which it prints, and claims.{html,csv,json}; with --crate the folder',
  })
    .addOption(
      valued(
        '--crate <folder>',
        'a folder, empty or not there yet, for records, figures, ledger and licences, described by ro-crate-metadata.json',
        (given) => path.resolve(given),
      ),
    )
    .action(async ({ crate }: { crate?: string }) => {
      const { checkVacant, writeResearchObject } = await import('../results/researchObject');
      if (crate !== undefined) checkVacant(crate);
      const { writeClaims } = await import('../figures/write');
      const { toMarkdown } = await import('../results/tables');
      console.log(toMarkdown(writeClaims()));
      if (crate === undefined) return;
      const files = writeResearchObject(crate, { commit: commitOf() });
      console.log(`${files} files in ${path.relative(process.cwd(), crate) || '.'}`);
    });
}

/** Of the checked-out code; undefined without git, and where files differ from the commit. */
function commitOf(): string | undefined {
  const git = (...words: string[]): string =>
    execFileSync('git', words, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    return git('status', '--porcelain', '--untracked-files=no') === '' ? git('rev-parse', 'HEAD') : undefined;
  } catch {
    return undefined;
  }
}
