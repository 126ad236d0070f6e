// How a cell runs: its number, what fails it, how it is interrupted, and what the library sees of Jupyter.
'use strict';
const { inspect } = require('node:util');

/** What lib/notebook finds on globalThis when it runs in this kernel: { interrupt: AbortSignal, display(content, update) }. */
const KERNEL = Symbol.for('gestalt.kernel');

/** An error as Jupyter shows it. */
class CellError {
  constructor(ename, evalue, traceback) {
    Object.assign(this, { ename, evalue, traceback });
  }
}

class Cells {
  #positions;
  #failure; // what tslab reported of the running cell
  #source = '';
  #stray = []; // errors that nobody caught, waiting to fail a cell
  #abort = new AbortController();
  #signalTaken = false;
  #abandon = () => {};

  constructor(positions) {
    this.#positions = positions;
    for (const event of ['uncaughtException', 'unhandledRejection'])
      process.on(event, (error) => this.#stray.push(error));
  }

  get interrupt() {
    this.#signalTaken = true;
    return this.#abort.signal;
  }

  /** tslab's executor, with its errors collected instead of printed. */
  wrapExecutor(createExecutor) {
    return (folder, converters, console) => {
      const report = (...parts) => {
        if (parts.length === 1) this.#failure = this.#describe(parts[0]);
        else this.#addDiagnostic(...parts.slice(1));
      };
      const executor = createExecutor(folder, converters, { log: console.log, error: report });
      const { execute, interrupt } = executor;
      this.#abandon = interrupt;
      executor.execute = (source) => this.#execute(source, execute);
      executor.interrupt = () => this.#interrupt();
      return executor;
    };
  }

  /** Why the last cell failed. */
  get failure() {
    return this.#failure ?? new CellError('Error', 'the cell failed', []);
  }

  async #execute(source, execute) {
    this.#positions.cell += 1;
    this.#source = source;
    this.#failure = undefined;
    this.#abort = new AbortController();
    this.#signalTaken = false;
    if (this.#takeStray('in the background, before this cell, which was not run')) return false;
    const ok = await execute(source).catch((error) => {
      this.#failure = this.#describe(error);
      return false;
    });
    await new Promise(setImmediate); // rejections nobody handles are known one turn later
    if (!ok) return false;
    if (this.#abort.signal.aborted) {
      this.#failure = interrupted('The cell stopped at your interrupt; what it had assigned is kept.');
      return false;
    }
    return !this.#takeStray('in the background');
  }

  /** Jupyter's interrupt: code that took the signal may stop by itself; any other cell, and a second interrupt, ends the wait. */
  #interrupt() {
    const again = this.#abort.signal.aborted;
    this.#abort.abort(new Error('Interrupted'));
    if (again || !this.#signalTaken) this.#abandon();
  }

  #takeStray(where) {
    if (this.#stray.length === 0) return false;
    const [first, ...others] = this.#stray.splice(0).map((error) => this.#describe(error));
    const evalue = `${first.evalue} (uncaught, ${where})`;
    this.#failure = new CellError(first.ename, evalue, [
      `Uncaught ${where}:`,
      ...[first, ...others].flatMap((error) => error.traceback),
    ]);
    return true;
  }

  #describe(error) {
    if (
      error?.code === 'ERR_SCRIPT_EXECUTION_INTERRUPTED' ||
      error?.message === 'Interrupted asynchronously'
    ) {
      return interrupted('The cell was interrupted.');
    }
    const isError = error instanceof Error;
    const ename = isError ? error.name : typeof error;
    return new CellError(ename, isError ? error.message : inspect(error), this.#positions.traceback(error));
  }

  /** tslab reports type errors one by one, as (file, line, column, message). */
  #addDiagnostic(file, line, column, message) {
    this.#failure ??= new CellError('TypeScriptError', '', []);
    const { traceback } = this.#failure;
    const place = file.trim()
      ? `${file.trim()}:${line}:${column}`
      : `cell [${this.#positions.cell}], line ${line}`;
    this.#failure.evalue ||= `${place}: ${message}`;
    traceback.push(`${place}: ${message}`);
    const text = file.trim() ? undefined : this.#source.split('\n')[line - 1];
    if (text !== undefined) traceback.push(`    ${text}`, `    ${' '.repeat(column - 1)}^`);
  }
}

const interrupted = (message) => new CellError('Interrupted', message, [`Interrupted: ${message}`]);

function useCells(requireTslab, positions) {
  const cells = new Cells(positions);
  const executor = requireTslab('./executor.js');
  executor.createExecutor = cells.wrapExecutor(executor.createExecutor);

  const jupyter = requireTslab('./jupyter.js');
  globalThis[KERNEL] = {
    get interrupt() {
      return cells.interrupt;
    },
    display: (content, update) => jupyter.lastWriteDisplayData?.(content, update),
  };

  const { ZmqServer, JupyterHandlerImpl } = jupyter;
  ZmqServer.prototype.handleExecute = async function (socket, request) {
    const publish = (type, content) => send(request, type, content, this.connInfo.key, this.iopub);
    const run = () => runCell(this.handler, request.content, publish, cells);
    // A queued task that rejects cancels those behind it, which is what stop_on_error asks for.
    const stopOnError = request.content.stop_on_error !== false;
    const reply = await this.handler.execQueue
      .add(stopOnError ? run : () => run().catch((failed) => failed))
      .catch((failed) => {
        if (failed.status !== 'error') return { status: 'aborted' };
        this.handler.execQueue.reset(200); // milliseconds in which cells already sent are dropped
        return failed;
      });
    send(request, 'execute_reply', reply, this.connInfo.key, socket);
  };

  const { handleKernel } = JupyterHandlerImpl.prototype;
  const { version } = requireTslab('@tslab/typescript-for-tslab');
  JupyterHandlerImpl.prototype.handleKernel = function () {
    const info = handleKernel.call(this);
    return { ...info, language_info: { ...info.language_info, version } };
  };

  Object.defineProperty(ZmqServer.prototype, 'iopub', {
    set(socket) {
      socket.sendHighWaterMark = 0; // ZeroMQ's default drops messages beyond 1000 unsent ones
      Object.defineProperty(this, 'iopub', { value: socket });
    },
  });

  // A front end that asks early is heard on the first bound socket; an answer on one still binding would be an error.
  const { init, handleShellMessage } = ZmqServer.prototype;
  ZmqServer.prototype.init = function () {
    this.bound = init.call(this);
    this.bound.catch(endUnbound);
    return this.bound;
  };
  ZmqServer.prototype.handleShellMessage = async function (...message) {
    await this.bound;
    return handleShellMessage.apply(this, message);
  };

  const { close } = ZmqServer.prototype;
  ZmqServer.prototype.close = function () {
    close.call(this);
    setTimeout(() => process.exit(0), 200).unref(); // a cell's timers must not keep a shut-down kernel alive
  };
}

/** A kernel that cannot be reached ends, and says by its exit code (EADDRINUSE of Linux) whether other ports would help. */
function endUnbound(error) {
  process.stderr.write(`The kernel cannot listen: ${error.message}\n`);
  process.exit(error.code === 'EADDRINUSE' ? 98 : 1);
}

/** Runs one cell and returns the reply to it; throws the reply when the cell fails. */
async function runCell(handler, { code, silent, store_history: counted = !silent }, publish, cells) {
  const execution_count = handler.execCount + (counted ? 1 : 0);
  if (!silent) publish('execute_input', { code, execution_count });
  const printed = new PrintedText((name, text) => publish('stream', { name, text }));
  const display = (content, update) => {
    printed.flush();
    publish(update ? 'update_display_data' : 'display_data', content);
  };
  try {
    await handler.handleExecuteImpl({ code }, (name, text) => printed.write(name, text), display);
    printed.flush();
    return { status: 'ok', execution_count, user_expressions: {} };
  } catch {
    printed.flush();
    const { failure } = cells;
    publish('error', { ...failure });
    throw { status: 'error', execution_count, ...failure };
  } finally {
    if (!counted) handler.execCount -= 1;
  }
}

/** Text written in one turn goes out as one message: front ends drop what comes faster than about 1000 messages a second. */
class PrintedText {
  #publish;
  #name = 'stdout';
  #text = '';
  #flushed = 0;

  constructor(publish) {
    this.#publish = publish;
  }

  write(name, text) {
    if (name !== this.#name) this.flush();
    if (this.#text === '') setImmediate(() => this.flush());
    this.#name = name;
    this.#text += text;
    if (Date.now() - this.#flushed > 50) this.flush(); // a loop that never yields still prints as it goes
  }

  flush() {
    if (this.#text === '') return;
    this.#publish(this.#name, this.#text);
    this.#text = '';
    this.#flushed = Date.now();
  }
}

function send(request, type, content, key, socket) {
  const message = request.createReply();
  message.header.msg_type = type;
  message.content = content;
  message.signAndSend(key, socket);
}

module.exports = { useCells };
