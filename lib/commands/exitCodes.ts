// What the shell is told when a command ends.

/** Exit codes of every command. */
export const EXIT = { well: 0, failed: 1, interrupted: 130, terminated: 143 } as const;

/** What the codes mean, for help. */
export const EXIT_MEANINGS: Readonly<Record<number, string>> = {
  [EXIT.well]: 'all went well',
  [EXIT.failed]: 'it did not, and stderr says why',
  [EXIT.interrupted]: 'stopped by Ctrl-C; what was reached is kept',
  [EXIT.terminated]: 'stopped by SIGTERM, likewise',
};

/** What an interruption of a run leaves to do, where it is not to give the same command again. */
export async function advisedWhenInterrupted<T>(running: Promise<T>, advice: string | null): Promise<T> {
  return running.catch((error: Error) => {
    if (advice !== null && error.name === 'Interrupted') error.message = `Interrupted. ${advice}`;
    throw error;
  });
}

/** With --fresh. */
export const BEGINS_ANEW = 'With --fresh the next run begins anew; what ended has its record.';

/** The exit code that an error of a command stands for; the signal that interrupted it has set its own. */
export function exitCodeOf(error: unknown): number {
  return (error as Error).name === 'Interrupted' ? Number(process.exitCode ?? EXIT.interrupted) : EXIT.failed;
}
