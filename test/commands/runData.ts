// `npm run data -- ...` in a process of its own.
import { spawn } from 'node:child_process';
import { fromRoot } from '../../lib/files';
import { stopping } from '../stopsItself';

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs the command with more in its environment; Ctrl-C comes when it has written the third file that ends so. */
export async function runData(
  words: readonly string[],
  { env, thirdFile }: { env: NodeJS.ProcessEnv; thirdFile?: string },
): Promise<Ended> {
  const preload = stopping(thirdFile === undefined ? undefined : { signal: 'SIGINT', thirdFile });
  const child = spawn(process.execPath, [...preload.words, 'lib/cli.ts', 'data', ...words], {
    cwd: fromRoot(),
    env: { ...process.env, ...env, ...preload.environment },
  });
  const ended = { output: '', errors: '' };
  child.stdout.on('data', (text: Buffer) => {
    ended.output += text;
  });
  child.stderr.on('data', (text: Buffer) => {
    ended.errors += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, ...ended };
}
