// Stops a process in the middle of its work, wherever that is quick or slow: from outside, a signal might come when the work is over. Preloaded by `stopping`.
import fs from 'node:fs';

export interface Stop {
  /** Sent by the process to itself; or else it trains on when one has come. */
  readonly signal: NodeJS.Signals | 'from outside';
  /** Once, after a line that begins so, */
  readonly line?: string;
  /** or after the third file that ends so. */
  readonly thirdFile?: string;
}

/** What the command line of Node begins with, and what its environment has more. */
export function stopping(stop?: Stop): { words: string[]; environment: Record<string, string> } {
  const words = ['--import', 'tsx'];
  if (stop === undefined) return { words, environment: {} };
  return {
    words: [...words, '--import', __filename],
    environment: { GESTALT_TEST_STOP: JSON.stringify(stop) },
  };
}

function stopsItself({ signal, line, thirdFile }: Stop): void {
  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    if (signal === 'from outside') waitForSignal();
    else process.kill(process.pid, signal);
  };
  const { log } = console;
  console.log = (...given: unknown[]) => {
    log(...given);
    if (line !== undefined && String(given[0]).startsWith(line)) stop();
  };
  const { renameSync } = fs;
  let files = 0;
  fs.renameSync = (from, to) => {
    renameSync(from, to);
    if (thirdFile !== undefined && String(to).endsWith(thirdFile) && ++files === 3) stop();
  };
}

/** Training goes through `setImmediate` between its steps. */
function waitForSignal(): void {
  const { setImmediate } = globalThis;
  const waiting: (() => void)[] = [];
  const staysAlive = setInterval(() => undefined, 1000);
  globalThis.setImmediate = ((callback: () => void) => waiting.push(callback)) as never;
  const goOn = (): void => {
    clearInterval(staysAlive);
    globalThis.setImmediate = setImmediate;
    for (const callback of waiting.splice(0)) setImmediate(callback);
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, goOn);
}

if (process.env.GESTALT_TEST_STOP !== undefined) stopsItself(JSON.parse(process.env.GESTALT_TEST_STOP));
