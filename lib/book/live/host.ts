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
    let received = false;
    receivers.set(name, (what) => {
      received = true;
      resolve(what);
    });
    const fail = (reason: string): void => {
      loading.delete(name);
      reject(new Error(`${scriptOf(name)} ${reason}.`));
    };
    const script = document.createElement('script');
    script.src = folder + scriptOf(name);
    script.onerror = () => fail('could not be loaded: it belongs beside live.js');
    // E.g. half a file, or a server's page that says that there is none.
    script.onload = () => {
      if (!received) fail('came without what it should hold: try again, or copy it anew beside live.js');
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

/** A worker that runs, and what it was handed. */
interface Running {
  readonly worker: Worker;
  readonly handed: Map<DataName, Promise<void>>;
}

/** A worker, started when it is first asked. */
export class LiveWorker {
  private running: Promise<Running> | undefined;
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
    const running = await this.started();
    // Not where the worker was ended meanwhile, and with it the task.
    if (!this.asked.has(id)) return;
    await Promise.all([...NEEDED[this.name], ...data].map((each) => hand(running, each)));
    if (!this.asked.has(id)) return;
    const { worker } = running;
    signal?.addEventListener('abort', () => worker.postMessage({ kind: 'stop', id } satisfies ToWorker));
    worker.postMessage({ kind: 'task', id, task, request } satisfies ToWorker);
    if (signal?.aborted) worker.postMessage({ kind: 'stop', id } satisfies ToWorker);
  }

  /** Ends the worker, whatever it does; the next task gets a fresh one. */
  restart(reason: string): void {
    this.endWorker();
    this.endTasks(reason);
  }

  /** Ends the worker for good; nothing is left of it. */
  close(): void {
    this.closed = true;
    this.endWorker();
    this.endTasks(CLOSED);
  }

  private started(): Promise<Running> {
    if (this.running === undefined) {
      const starting = this.start();
      this.running = starting;
      starting.catch(() => {
        if (this.running === starting) this.running = undefined;
      });
    }
    return this.running;
  }

  /** Also one that starts: once it has. What it says too late is heard by nobody, least of all its successor. */
  private endWorker(): void {
    const end = ({ worker }: Running): void => {
      worker.onmessage = null;
      worker.onerror = null;
      worker.terminate();
    };
    this.running?.then(end, () => undefined);
    this.running = undefined;
  }

  /** Browsers start no worker from a file's address, but from a source that the page holds. */
  private async start(): Promise<Running> {
    const source = (await load(this.name)) as string;
    const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
    const worker = new Worker(address);
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.settle(data);
    // E.g. memory that does not suffice.
    worker.onerror = ({ message }) => this.restart(message);
    worker.postMessage({ kind: 'environment', environment: environment() } satisfies ToWorker);
    return { worker, handed: new Map() };
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

  private endTasks(reason: string): void {
    for (const { reject } of this.asked.values()) reject(ended(reason));
    this.asked.clear();
  }
}

function hand({ worker, handed }: Running, name: DataName): Promise<void> {
  const known = handed.get(name);
  if (known !== undefined) return known;
  const handing = load(name).then((held) => {
    const files = Object.entries(held).map(([path, base64]): HandedFile => ({ path, base64 }));
    worker.postMessage({ kind: 'files', files } satisfies ToWorker);
  });
  handed.set(name, handing);
  handing.catch(() => handed.delete(name));
  return handing;
}

function ended(reason: string): Error {
  return new Error(`The worker ended: ${reason}.`);
}
