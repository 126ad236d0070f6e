import type { Command } from 'commander';
import { newCommand } from './command';

export function claimsCommand(): Command {
  return newCommand('claims', {
    summary: 'print the ledger: what the papers claim, what was measured, verdicts',
    examples: [['npm run claims', 'prints the ledger of claims as Markdown']],
    writes: 'figures/claims.md, which it prints, and claims.{html,csv,json}',
  }).action(async () => {
    const { writeClaims } = await import('../figures/write');
    const { toMarkdown } = await import('../results/tables');
    console.log(toMarkdown(writeClaims()));
  });
}
