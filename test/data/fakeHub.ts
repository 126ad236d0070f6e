// A hub on this machine: serves folders as repositories, as the Hugging Face hub does where its clients look.
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';

export interface FakeHub {
  readonly endpoint: string;
  /** What was asked for, in order. */
  readonly asked: readonly string[];
  close(): void;
}

export interface Faults {
  /** Bytes of each file that are sent before the connection breaks. */
  cutAfter?: number;
  /** Bytes of each file that are sent before nothing more comes. */
  stallAfter?: number;
  /** Send other bytes than the checksum is of. */
  corrupt?: boolean;
  /** Give another etag than the checksum, as servers behind the hub do. */
  etag?: string;
}

/** Starts a hub of these repositories, by their ids, each a folder; it ends with the test. */
export async function startHub(
  context: { after(hook: () => void): void },
  repositories: Readonly<Record<string, string>>,
  { cutAfter, stallAfter, corrupt = false, etag }: Faults = {},
): Promise<FakeHub> {
  const asked: string[] = [];
  const server = http.createServer((request, response) => {
    const url = request.url as string;
    asked.push(url);
    const [, id, name] = /^\/([^/]+\/[^/]+)\/resolve\/main\/(.+)$/.exec(url) ?? [];
    const file = path.join(repositories[id] ?? 'none', name ?? '');
    if (!fs.existsSync(file)) {
      response
        .writeHead(404, { 'x-error-code': id in repositories ? 'EntryNotFound' : 'RepoNotFound' })
        .end();
      return;
    }
    const bytes = fs.readFileSync(file);
    const [first, last] = (/^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []).slice(1);
    const [start, end] = [
      Number(first ?? 0),
      last ? Math.min(Number(last), bytes.length - 1) : bytes.length - 1,
    ];
    const isProbe = start === 0 && end === 0;
    const part = bytes.subarray(start, end + 1);
    response.writeHead(first === undefined ? 200 : 206, {
      etag: etag ?? `"${createHash('sha256').update(bytes).digest('hex')}"`,
      'content-length': part.length,
      ...(first !== undefined && { 'content-range': `bytes ${start}-${end}/${bytes.length}` }),
    });
    if (isProbe) response.end(part);
    else if (cutAfter !== undefined) {
      response.write(part.subarray(0, cutAfter));
      setTimeout(() => response.destroy(), 50);
    } else if (stallAfter !== undefined) response.write(part.subarray(0, stallAfter));
    else response.end(corrupt ? Buffer.from(part.map((byte) => byte ^ 1)) : part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}/`, asked, close: () => void server.close() };
}
