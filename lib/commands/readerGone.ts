// A command whose output nobody reads any more, as behind `| head`.
import { EXIT } from './exitCodes';

/** Stops this process as Ctrl-C does, once, when its output finds no reader: a run keeps what it has reached, and no error of Node's is printed. A
 *  process that a driver started goes on: its channel says when it is alone (`endWithParent`), and it then saves its checkpoint. */
export function stopWithoutReader(): void {
  let stopped = process.send !== undefined;
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') {
        process.stderr.write(`Cannot write what is printed: ${error.message}\n`);
        process.exit(EXIT.failed);
      }
      // After Ctrl-C, which also ended the reader, a second one would not wait for the checkpoint.
      const stopping = process.exitCode === EXIT.interrupted || process.exitCode === EXIT.terminated;
      if (!stopped && !stopping) process.kill(process.pid, 'SIGINT');
      stopped = true;
    });
  }
}
