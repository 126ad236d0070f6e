import * as path from 'node:path';
import type { Command } from 'commander';
import { newCommand } from './command';

export function figuresCommand(): Command {
  return newCommand('figures', {
    summary: 'write all figures and tables from the stored records',
    description: 'Writes all figures, tables and the ledger from the stored records; needs no TensorFlow.',
    examples: [['npm run figures', 'writes them and prints their names']],
    writes: 'figures/ (figures, tables, claims.{md,html,csv,json})',
  }).action(writeAll);
}

/** Figures, tables and the ledger. */
export async function writeAll(): Promise<void> {
  const { writeClaims, writeFigures } = await import('../figures/write');
  for (const file of await writeFigures()) console.log(path.relative(process.cwd(), file));
  writeClaims();
}
