/// <reference lib="dom" />
// What every worker of a page does alike: takes files and tasks, answers with events and results.
import { putFile } from './platform/files';
import type { FromWorker, ToWorker } from './protocol';

/** A task: its request comes from the page's controls. */
// biome-ignore lint/suspicious/noExplicitAny: requests and events differ from task to task
export type Task = (request: any, onEvent: (event: any) => void, signal: AbortSignal) => Promise<unknown>;

/** Serves tasks by their names. */
export function serve(tasks: Readonly<Record<string, Task>>): void {
  const running = new Map<number, AbortController>();
  const answer = (message: FromWorker): void => self.postMessage(message);
  const carryOut = async (id: number, task: string, request: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const onEvent = (event: unknown): void => answer({ kind: 'event', id, event });
      answer({ kind: 'result', id, result: await tasks[task](request, onEvent, controller.signal) });
    } catch (error) {
      answer({ kind: 'error', id, message: (error as Error).message });
    } finally {
      running.delete(id);
    }
  };
  self.addEventListener('message', ({ data }: MessageEvent<ToWorker>): void => {
    if (data.kind === 'environment') Object.assign(process.env, data.environment);
    else if (data.kind === 'files') for (const { path, base64 } of data.files) putFile(path, base64);
    else if (data.kind === 'stop') running.get(data.id)?.abort();
    else void carryOut(data.id, data.task, data.request);
  });
}
