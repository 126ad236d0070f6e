/// <reference lib="dom" />
// The page's side: loads scripts when they are needed, starts workers from them, and asks them.
import {
  type AssetName,
  type DataName,
  type Held,
  NEEDED,
  RECEIVER,
  type Receiver,
  scriptOf,
  type WorkerName,
} from './assets';
import { environment } from './environment';
import type { FromWorker, HandedFile, ToWorker } from './protocol';

/** Bytes of each script; the bundler knows them. */
declare const ASSET_BYTES: Readonly<Record<AssetName, number>>;

/** Where `live.js` lies, with the other scripts beside it. */
const folder = new URL('.', (document.currentScript as HTMLScriptElement).src).href;

const loading = new Map<AssetName, Promise<Held>>();
const receivers = new Map<AssetName, (held: Held) => void>();
const receive: Receiver = (name, held) => receivers.get(name)?.(held);
Object.assign(globalThis, { [RECEIVER]: receive });

/** What a script holds. Loads it once; a failure is not remembered. */
function load(name: AssetName): Promise<Held> {
  const known = loading.get(name);
  if (known !== undefined) return known;
  const held = new Promise<Held>((resolve, reject) => {
    receivers.set(name, resolve);
    const script = document.createElement('script');
    script.src = folder + scriptOf(name);
    script.onerror = () => {
      loading.delete(name);
      reject(new Error(`${scriptOf(name)} could not be loaded: it belongs beside live.js.`));
    };
    document.head.append(script);
  });
  loading.set(name, held);
  return held;
}

/** Bytes of scripts that are not loaded yet. */
export function bytesToLoad(worker: WorkerName, data: readonly DataName[]): number {
  const wanted = new Set<AssetName>([worker, ...NEEDED[worker], ...data]);
  return [...wanted].reduce((sum, name) => sum + (loading.has(name) ? 0 : ASSET_BYTES[name]), 0);
}

export interface AskOptions {
  /** Files that the task needs besides those of its worker. */
  data?: readonly DataName[];
  // biome-ignore lint/suspicious/noExplicitAny: events differ from task to task
  onEvent?: (event: any) => void;
  /** Aborted: the task is asked to stop, and ends as it sees fit. */
  signal?: AbortSignal;
}

interface Asked {
  readonly onEvent?: (event: never) => void;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
}

const CLOSED = 'it was closed';

/** A worker, started when it is first asked. */
export class LiveWorker {
  private worker: Promise<Worker> | undefined;
  private readonly handed = new Map<DataName, Promise<void>>();
  private readonly asked = new Map<number, Asked>();
  private lastId = 0;
  private closed = false;

  constructor(readonly name: WorkerName) {}

  /** Carries out a task there. Rejects with the task's error, when a script does not load, and when the worker dies or is ended, also while it starts. */
  async ask<Result>(task: string, request: unknown, options: AskOptions = {}): Promise<Result> {
    if (this.closed) throw ended(CLOSED);
    const { onEvent } = options;
    const id = ++this.lastId;
    return new Promise<Result>((resolve, reject) => {
      this.asked.set(id, { onEvent, resolve: resolve as (result: never) => void, reject });
      this.handOver(id, task, request, options).catch((error: Error) => {
        this.asked.delete(id);
        reject(error);
      });
    });
  }

  /** Starts the worker if need be, and gives it what the task needs and the task. */
  private async handOver(
    id: number,
    task: string,
    request: unknown,
    { data = [], signal }: AskOptions,
  ): Promise<void> {
    const worker = await this.started();
    await Promise.all([...NEEDED[this.name], ...data].map((each) => this.hand(worker, each)));
    // The worker was ended meanwhile, and with it the task.
    if (!this.asked.has(id)) return;
    signal?.addEventListener('abort', () => worker.postMessage({ kind: 'stop', id } satisfies ToWorker));
    worker.postMessage({ kind: 'task', id, task, request } satisfies ToWorker);
    if (signal?.aborted) worker.postMessage({ kind: 'stop', id } satisfies ToWorker);
  }

  /** Ends the worker, whatever it does; the next task gets a fresh one. */
  restart(reason: string): void {
    void this.worker?.then((worker) => worker.terminate());
    this.forget();
    this.end(reason);
  }

  /** Ends the worker for good; nothing is left of it. */
  close(): void {
    this.closed = true;
    void this.worker?.then((worker) => worker.terminate());
    this.end(CLOSED);
  }

  private started(): Promise<Worker> {
    if (this.worker === undefined) {
      this.worker = this.start();
      this.worker.catch(() => this.forget());
    }
    return this.worker;
  }

  private forget(): void {
    this.worker = undefined;
    this.handed.clear();
  }

  /** Browsers start no worker from a file's address, but from a source that the page holds. */
  private async start(): Promise<Worker> {
    const source = (await load(this.name)) as string;
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(address);
    if (this.closed) worker.terminate();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.settle(data);
    // E.g. memory that does not suffice.
    worker.onerror = ({ message }) => this.restart(message);
    worker.postMessage({ kind: 'environment', environment: environment() } satisfies ToWorker);
    return worker;
  }

  private hand(worker: Worker, name: DataName): Promise<void> {
    const known = this.handed.get(name);
    if (known !== undefined) return known;
    const handing = load(name).then((held) => {
      const files = Object.entries(held).map(([path, base64]): HandedFile => ({ path, base64 }));
      worker.postMessage({ kind: 'files', files } satisfies ToWorker);
    });
    this.handed.set(name, handing);
    handing.catch(() => this.handed.delete(name));
    return handing;
  }

  private settle(answer: FromWorker): void {
    const asked = this.asked.get(answer.id);
    if (answer.kind === 'event') {
      asked?.onEvent?.(answer.event as never);
      return;
    }
    this.asked.delete(answer.id);
    if (answer.kind === 'result') asked?.resolve(answer.result as never);
    else asked?.reject(new Error(answer.message));
  }

  private end(reason: string): void {
    for (const { reject } of this.asked.values()) reject(ended(reason));
    this.asked.clear();
  }
}

function ended(reason: string): Error {
  return new Error(`The worker ended: ${reason}.`);
}
