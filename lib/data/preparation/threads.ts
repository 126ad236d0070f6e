// Worker threads for work without tensors: rendering, distorting and resizing, beside the thread that runs the network.
import { Worker } from 'node:worker_threads';
import { workerScript } from '../../workerScript';

/** What a thread is sent, and what it answers. */
export interface Question<Task> {
  readonly id: number;
  readonly task: Task;
}
export type Answer<Result> =
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly error: string };

/** Threads that run one module, started when first needed. Idle threads let the process end. */
export class Threads<Task, Result> {
  private threads: Thread<Task, Result>[] = [];

  /** @param module from the root; it answers each `Question` with an `Answer`. */
  constructor(
    private readonly module: string,
    readonly most: number,
  ) {}

  /** Runs a task on the least busy thread. Rejects with the task's error, when it cannot be sent, and when the thread dies. */
  run(task: Task): Promise<Result> {
    const idle = this.threads.find(({ pending }) => pending === 0);
    if (idle === undefined && this.threads.length < this.most) {
      const thread: Thread<Task, Result> = new Thread(this.module, () => {
        this.threads = this.threads.filter((other) => other !== thread);
      });
      this.threads.push(thread);
      return thread.run(task);
    }
    const [leastBusy] = [...this.threads].sort((a, b) => a.pending - b.pending);
    return leastBusy.run(task);
  }

  /** Ends the threads, each when it has answered what it was asked, and frees their memory; the next task starts new ones. */
  async close(): Promise<void> {
    const threads = this.threads;
    this.threads = [];
    await Promise.all(threads.map((thread) => thread.endWhenIdle()));
  }
}

interface Waiting<Result> {
  resolve(result: Result): void;
  reject(error: Error): void;
}

class Thread<Task, Result> {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting<Result>>();
  private asked = 0;
  private ending = false;

  constructor(module: string, onEnd: () => void) {
    this.worker = new Worker(workerScript(module), { eval: true, execArgv: [] });
    this.worker.unref();
    this.worker.on('message', (answer: Answer<Result>) => this.settle(answer));
    const end = (reason: string): void => {
      onEnd();
      for (const { reject } of this.waiting.values()) {
        reject(new Error(`A worker thread of ${module} died: ${reason}.`));
      }
      this.waiting.clear();
    };
    this.worker.on('error', (error) => end(error.message));
    this.worker.on('exit', (code) => end(`it ended with exit code ${code}`));
  }

  get pending(): number {
    return this.waiting.size;
  }

  run(task: Task): Promise<Result> {
    const id = this.asked++;
    return new Promise((resolve, reject) => {
      // First, since a task that cannot be sent is never answered.
      this.worker.postMessage({ id, task } satisfies Question<Task>);
      // Only a thread that owes an answer keeps the process alive.
      this.worker.ref();
      this.waiting.set(id, { resolve, reject });
    });
  }

  /** Waits only for a thread that owes no answer. */
  async endWhenIdle(): Promise<void> {
    this.ending = true;
    if (this.pending === 0) await this.worker.terminate();
  }

  private settle(answer: Answer<Result>): void {
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if (this.waiting.size === 0) {
      this.worker.unref();
      if (this.ending) void this.worker.terminate();
    }
    if ('error' in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer.result);
  }
}
