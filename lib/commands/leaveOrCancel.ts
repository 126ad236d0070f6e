// The question of Ctrl-C while cells run elsewhere.
import * as readline from 'node:readline';
import { EXIT } from './exitCodes';

type Terminal = Pick<NodeJS.Process, 'stdin' | 'stdout' | 'exitCode'>;

/** Without a terminal, and for SIGTERM, cells are left as they are; so they are when the question is answered by Ctrl-C or Ctrl-D. */
export async function leaveOrCancel({
  stdin,
  stdout,
  exitCode,
}: Terminal = process): Promise<'leave' | 'cancel'> {
  const isAsked = stdin.isTTY && stdout.isTTY;
  if (!isAsked || exitCode === EXIT.terminated) return 'leave';
  const terminal = readline.createInterface({ input: stdin, output: stdout });
  try {
    return await new Promise((resolve) => {
      terminal.once('close', () => resolve('leave'));
      terminal.question('Leave the cells running (Enter), or cancel them (c)? ', (answer) =>
        resolve(/^c/i.test(answer.trim()) ? 'cancel' : 'leave'),
      );
    });
  } finally {
    terminal.close();
  }
}
