// A Jupyter client in Node: starts a kernel from its kernelspec and talks to it over ZeroMQ, without Python.
// Messages: https://jupyter-client.readthedocs.io/en/stable/messaging.html
import { type ChildProcess, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { Dealer, Subscriber } from 'zeromq';
import { fromRoot, ROOT } from '../files';

/** The folder to put on JUPYTER_PATH so that Jupyter finds the repository's kernel. */
export const JUPYTER_FOLDER = fromRoot('lib', 'notebook', 'jupyter');
const KERNELSPEC_FOLDER = path.join(JUPYTER_FOLDER, 'kernels', 'tslab');
const DELIMITER = '<IDS|MSG>';
const START_TIMEOUT_MS = 60_000;
/** Exit code of a kernel one of whose ports is taken (cells.cjs). */
const PORT_TAKEN = 98;
const MOST_STARTS = 3;

/** Content of a Jupyter message: JSON, checked where it is used. */
// biome-ignore lint/suspicious/noExplicitAny: a message's fields depend on its type
export type MessageContent = Record<string, any>;

/** Called with each message a request brings on the output channel: its type and content. */
export type OutputListener = (type: string, content: MessageContent) => void;

/** The kernel process ended while something was asked of it. */
export class KernelDiedError extends Error {
  override readonly name = 'KernelDiedError';
}

/** A request took longer than it may. */
export class KernelTimeoutError extends Error {
  override readonly name = 'KernelTimeoutError';
}

interface PendingRequest {
  onOutput: OutputListener;
  reply?: MessageContent;
  idle: boolean;
  resolve(reply: MessageContent): void;
}

export interface RequestOptions {
  onOutput?: OutputListener;
  /** Milliseconds until the request is given up with a KernelTimeoutError; 0 waits for ever. */
  timeout?: number;
}

export interface ExecuteOptions extends RequestOptions {
  /** Not counted, and without outputs of its own. */
  silent?: boolean;
  /** Whether what is sent soon after a failure is refused; it is unless given. */
  stopOnError?: boolean;
}

/** A running kernel. Call `shutdown()` in the end, whatever happened. */
export class JupyterKernel {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #key: string;
  readonly #session = randomUUID();
  readonly #shell: Dealer;
  readonly #outputs = new Subscriber();
  readonly #pending = new Map<string, PendingRequest>();
  readonly #exited: Promise<void>;
  #exit = '';
  #sending: Promise<void> = Promise.resolve();

  private constructor(process: ChildProcess, folder: string, connection: ConnectionInfo) {
    this.#process = process;
    this.#folder = folder;
    this.#key = connection.key;
    this.#exited = new Promise((resolve) => {
      const ended = (reason: string): void => {
        this.#exit = reason;
        resolve();
      };
      process.once('exit', (code, signal) => ended(signal ? `signal ${signal}` : `exit code ${code}`));
      process.once('error', (error) => ended(error.message));
    });
    this.#shell = new Dealer({ routingId: this.#session, linger: 0 });
    this.#outputs.receiveHighWaterMark = 0; // unlimited: an output message dropped is an output lost
    this.#outputs.subscribe();
    const { ip, shell_port, iopub_port } = connection;
    this.#shell.connect(`tcp://${ip}:${shell_port}`);
    this.#outputs.connect(`tcp://${ip}:${iopub_port}`);
    void this.#receive(this.#shell, 'shell');
    void this.#receive(this.#outputs, 'outputs');
  }

  /** Starts the repository's kernel, with further variables of the environment, and waits until it answers.
   *  Throws when its process ends before, or does not answer within a minute; where a port was taken meanwhile, at the third start. */
  static async start(variables: Readonly<Record<string, string>> = {}): Promise<JupyterKernel> {
    for (let starts = 1; ; starts++) {
      const kernel = await JupyterKernel.#spawn(variables);
      try {
        await kernel.#ready();
        return kernel;
      } catch (error) {
        await kernel.shutdown();
        // Another process may take a port after it was found free.
        if (kernel.#process.exitCode !== PORT_TAKEN || starts === MOST_STARTS) throw error;
      }
    }
  }

  static async #spawn(variables: Readonly<Record<string, string>>): Promise<JupyterKernel> {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-kernel-'));
    const connection = await newConnection();
    const connectionFile = path.join(folder, 'connection.json');
    fs.writeFileSync(connectionFile, JSON.stringify(connection), { mode: 0o600 });
    const spec = JSON.parse(fs.readFileSync(path.join(KERNELSPEC_FOLDER, 'kernel.json'), 'utf8'));
    const [, ...argv] = (spec.argv as string[]).map((argument) =>
      argument.replace('{resource_dir}', KERNELSPEC_FOLDER).replace('{connection_file}', connectionFile),
    );
    // Its own process group: Ctrl-C reaches the kernel through interrupt() only.
    const child = spawn(process.execPath, argv, {
      cwd: ROOT,
      env: { ...process.env, ...variables },
      detached: true,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    return new JupyterKernel(child, folder, connection);
  }

  /** The kernel's process id. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** What kernel_info_request answers: language, versions. */
  info(): Promise<MessageContent> {
    return this.request('kernel_info_request', {});
  }

  /** Runs `code` as a cell; the promise is the kernel's reply, after all outputs went to `onOutput`. */
  execute(
    code: string,
    { silent = false, stopOnError = true, ...options }: ExecuteOptions = {},
  ): Promise<MessageContent> {
    const content = {
      code,
      silent,
      store_history: !silent,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: stopOnError,
    };
    return this.request('execute_request', content, options);
  }

  /** Sends a request and waits for its reply and for the kernel to be idle again.
   *  Throws KernelDiedError or KernelTimeoutError. */
  async request(
    type: string,
    content: object,
    { onOutput = () => {}, timeout = 0 }: RequestOptions = {},
  ): Promise<MessageContent> {
    const id = randomUUID();
    let timer: NodeJS.Timeout | undefined;
    const replied = new Promise<MessageContent>((resolve) =>
      this.#pending.set(id, { onOutput, idle: false, resolve }),
    );
    const late = new Promise<never>((_, reject) => {
      const message = `The kernel did not finish ${type} within ${timeout / 1000} s.`;
      if (timeout > 0) timer = setTimeout(() => reject(new KernelTimeoutError(message)), timeout);
    });
    const died = this.#exited.then(() =>
      Promise.reject(new KernelDiedError(`The kernel died (${this.#exit}).`)),
    );
    try {
      await Promise.race([this.#send(id, type, content), died]);
      return await Promise.race([replied, late, died]);
    } finally {
      clearTimeout(timer);
      this.#pending.delete(id);
    }
  }

  /** What Jupyter's interrupt button does. */
  interrupt(): void {
    if (!this.#exit) this.#process.kill('SIGINT');
  }

  /** Ends the kernel: asks, waits up to `patience` milliseconds, then kills. Never throws. */
  async shutdown(patience = 2000): Promise<void> {
    if (!this.#exit) {
      this.request('shutdown_request', { restart: false }, { timeout: patience }).catch(() => {});
      const killer = setTimeout(() => this.#process.kill('SIGKILL'), patience);
      await this.#exited;
      clearTimeout(killer);
    }
    this.#shell.close();
    this.#outputs.close();
    fs.rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Outputs are lost until the subscription has reached the kernel: ask until a status message came with the reply. */
  async #ready(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      const answer = await this.request('kernel_info_request', {}, { timeout: 500 }).catch((error) => {
        if (error instanceof KernelTimeoutError && Date.now() < deadline) return undefined;
        throw error;
      });
      if (answer) return;
    }
  }

  #send(id: string, type: string, content: object): Promise<void> {
    const date = new Date().toISOString();
    const header = {
      msg_id: id,
      session: this.#session,
      username: 'gestalt',
      date,
      msg_type: type,
      version: '5.3',
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    const message = [DELIMITER, this.#sign(parts), ...parts];
    // A ZeroMQ socket takes one send at a time.
    this.#sending = this.#sending.then(() => this.#shell.send(message));
    return this.#sending;
  }

  async #receive(socket: Dealer | Subscriber, channel: 'shell' | 'outputs'): Promise<void> {
    for await (const frames of socket) {
      const start = frames.findIndex((frame) => frame.toString() === DELIMITER) + 1;
      const [signature, ...parts] = frames.slice(start).map((frame) => frame.toString());
      if (signature !== this.#sign(parts.slice(0, 4))) continue;
      const [header, parent, , content] = parts.map((part) => JSON.parse(part) as MessageContent);
      this.#dispatch(channel, header.msg_type, parent.msg_id, content);
    }
  }

  #dispatch(channel: 'shell' | 'outputs', type: string, parentId: string, content: MessageContent): void {
    const request = this.#pending.get(parentId);
    if (!request) return;
    if (channel === 'shell') request.reply = content;
    else if (type === 'status') request.idle = content.execution_state === 'idle';
    else request.onOutput(type, content);
    if (request.reply && request.idle) request.resolve(request.reply);
  }

  #sign(parts: string[]): string {
    const mac = createHmac('sha256', this.#key);
    for (const part of parts) mac.update(part);
    return mac.digest('hex');
  }
}

type ConnectionInfo = Awaited<ReturnType<typeof newConnection>>;

async function newConnection() {
  const [shell_port, iopub_port, stdin_port, control_port, hb_port] = await freePorts(5);
  const key = randomUUID();
  const address = {
    ip: '127.0.0.1',
    transport: 'tcp',
    signature_scheme: 'hmac-sha256',
    kernel_name: 'tslab',
  };
  return { ...address, key, shell_port, iopub_port, stdin_port, control_port, hb_port };
}

/** Ports free at this moment; all are held until the last one is found, so they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () => {
      const server = createServer();
      return new Promise<typeof server>((resolve, reject) => {
        server.once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
      });
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
