import * as os from 'node:os';
import * as path from 'node:path';
import type { Command } from 'commander';
import { newCommand } from './command';
import { text } from './options';

export function reviewCommand(): Command {
  return newCommand('review', {
    summary: 'write everything that a reviewer needs into one zip file',
    description:
      'Writes one zip file for a reviewer: the book, the ledger, the benchmark of the network that comes along, figures, the record of every run, what this ' +
      'machine has, and the commands that run it again. Unpacked, review.html opens in any browser, without Node and without a network.',
    examples: [['npm run review -- --out review.zip', 'writes it, in about two minutes']],
    writes: 'the zip file',
  })
    .addOption(text('--out <file>', 'the zip file').makeOptionMandatory())
    .action(async ({ out }: { out: string }, command: Command) => {
      const { requireZip, writeReviewKit } = await import('../book/reviewKit');
      const { withTemporaryFolder } = await import('../book/temporaryFolder');
      const { interruptSignal } = await import('../notebook/interrupt');
      requireZip(out);
      const signal = interruptSignal();
      const prefix = path.join(os.tmpdir(), 'gestalt-review-');
      const bytes = await withTemporaryFolder(prefix, signal, async (folder) =>
        writeReviewKit({
          out,
          signal,
          benchmark: await benchmarked(folder, signal),
          ...(await machine(command)),
        }),
      );
      console.log(`${out}: ${Math.round(bytes / 1e6)} MB`);
    });
}

/** The network that comes along, on the embedded sets. */
async function benchmarked(folder: string, signal: AbortSignal): Promise<string> {
  const { fromRoot } = await import('../files');
  const { runBenchmark } = await import('../runBenchmark');
  const { SHIPPED_NETWORK } = await import('../experiments/stimuliTransfer');
  await runBenchmark({
    model: fromRoot(SHIPPED_NETWORK),
    out: folder,
    signal,
    report: (line) => console.error(line),
  });
  return folder;
}

async function machine({ parent }: Command): Promise<{ environment: string; commands: string }> {
  const { examine, formatFindings } = await import('../doctor');
  const help = parent?.createHelp().visibleCommands(parent) ?? [];
  const commands = help.map((command) => `${command.name()}: ${command.summary()}`);
  return {
    environment: `${formatFindings(await examine())}\n`,
    commands: `npm ci\nnpm run reproduce\nnpm test\n\nnpm run <command> -- --help explains each of these:\n\n${commands.join('\n')}\n`,
  };
}
