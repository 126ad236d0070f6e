// The new lines of a file that another process appends to.
import * as fs from 'node:fs';

const LINE_FEED = 10;

/** Reads whole lines from where it stopped; from the last line on that there was, for one that comes later. */
export class LogTail {
  private position: number | undefined;

  constructor(
    private readonly file: string,
    private readonly options: { fromLast?: boolean } = {},
  ) {}

  /** Lines since the last call; none while there is no file. */
  read(): string[] {
    let descriptor: number;
    try {
      descriptor = fs.openSync(this.file, 'r');
    } catch {
      // What comes is all new.
      this.position ??= 0;
      return [];
    }
    try {
      const { size } = fs.fstatSync(descriptor);
      const start = this.position ?? 0;
      const bytes = Buffer.alloc(Math.max(0, size - start));
      fs.readSync(descriptor, bytes, 0, bytes.length, start);
      const end = bytes.lastIndexOf(LINE_FEED) + 1;
      const first = this.position === undefined;
      this.position = start + end;
      const lines = bytes.toString('utf8', 0, end).split('\n').slice(0, -1);
      return first && this.options.fromLast ? lines.slice(-1) : lines;
    } finally {
      fs.closeSync(descriptor);
    }
  }
}

/** The last lines of a file; none when there is none. */
export function lastLines(file: string, count: number): string[] {
  return new LogTail(file).read().slice(-count);
}
