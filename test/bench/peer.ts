// A peer of ours in another process: it answers every line with the milliseconds of one piece of work.
import { type ChildProcess, spawn } from 'node:child_process';
import * as readline from 'node:readline';

export class Peer {
  private readonly process: ChildProcess;
  private readonly lines: AsyncIterableIterator<string>;
  /** The end of what it complained of. */
  private complaint = '';

  constructor(command: string, args: string[]) {
    this.process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.process.on('error', (error) => {
      this.complaint = error.message;
      this.process.stdout?.destroy();
    });
    this.process.stderr!.on('data', (part: Buffer) => {
      this.complaint = (this.complaint + part.toString()).slice(-600);
    });
    this.lines = readline.createInterface({ input: this.process.stdout! })[Symbol.asyncIterator]();
  }

  async ready(): Promise<void> {
    await this.answer();
  }

  /** Milliseconds of one piece of work. */
  async measure(): Promise<number> {
    this.process.stdin!.write('\n');
    return Number(await this.answer());
  }

  /** Gigabytes that its process has held at most, of peers that answer this. */
  memory(): Promise<number> {
    return this.ask('memory');
  }

  /** A number that a peer knows under this name. */
  async ask(what: string): Promise<number> {
    this.process.stdin!.write(`${what}\n`);
    return Number(await this.answer());
  }

  end(): void {
    this.process.kill();
  }

  private async answer(): Promise<string> {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`The peer ended early. ${this.complaint}`.trim());
    return value;
  }
}
