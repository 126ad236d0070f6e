// `npm run data -- ...` in a process of its own.
import { spawn } from 'node:child_process';
import { fromRoot } from '../../lib/files';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the command with more in its environment; sends Ctrl-C once `until` is true. */
export async function runData(
  words: readonly string[],
  { env, until }: { env: NodeJS.ProcessEnv; until?: () => boolean },
): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'lib/cli.ts', 'data', ...words], {
    cwd: fromRoot(),
    env: { ...process.env, ...env },
  });
  const ended = { output: '', errors: '' };
  child.stdout.on('data', (text: Buffer) => {
    ended.output += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    ended.errors += text;
  });
  const watch = setInterval(() => {
    if (!until?.()) return;
    clearInterval(watch);
    child.kill('SIGINT');
  }, 5);
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  clearInterval(watch);
  return { code, ...ended };
}
