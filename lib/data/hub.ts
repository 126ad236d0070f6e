// Files of the Hugging Face hub: downloaded once, checked against the hub's checksum, then read from the cache.
import { createHash, randomUUID } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { fromRoot } from '../files';

export interface HubOptions {
  /** Default: .cache/models. */
  cache?: string;
  /** Default: HF_ENDPOINT, as for the hub's other clients, else https://huggingface.co. */
  endpoint?: string;
  signal?: AbortSignal;
  report?: (line: string) => void;
}

const HUB_ID = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;
/** The hub's etag of a large file is its SHA-256; a small one's is of another kind. */
const SHA256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/;

/** Whether a text can be the id of a repository, `owner/name`. */
export function isHubId(text: string): boolean {
  return HUB_ID.test(text) && !text.includes('..');
}

/** Where the cache keeps the files of a repository. */
export function hubFolder(id: string, { cache = fromRoot('.cache', 'models') }: HubOptions = {}): string {
  return path.join(cache, ...id.split('/'));
}

/** The path of a file of a repository, after it was downloaded if the cache lacks it: into a temporary file, then renamed, so that what is in
 *  the cache is whole.
 *
 *  Throws the signal's reason when aborted; otherwise, naming the address, when the hub cannot be reached or does not have the file, and when what came
 *  is cut off or has another checksum than the hub says. A file that comes without a checksum is reported. */
export async function hubFile(id: string, file: string, options: HubOptions = {}): Promise<string> {
  const target = path.join(hubFolder(id, options), file);
  if (fs.existsSync(target)) return target;
  const { signal, report = () => undefined } = options;
  report(`downloading ${file} of ${id}`);
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    await download(id, file, temporary, options);
    fs.renameSync(temporary, target);
    return target;
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    signal?.throwIfAborted();
    throw new Error(`${endpointOf(options)}/${id}/resolve/main/${file}: ${reasonOf(error)}`);
  }
}

function endpointOf({ endpoint = process.env.HF_ENDPOINT ?? 'https://huggingface.co' }: HubOptions): string {
  return endpoint.replace(/\/+$/, '');
}

async function download(id: string, file: string, target: string, options: HubOptions): Promise<void> {
  const { downloadFile, fileDownloadInfo } = await import('@huggingface/hub');
  const { signal, report = () => undefined } = options;
  const asked = {
    repo: id,
    path: file,
    hubUrl: endpointOf(options),
    fetch: (...[url, init]: Parameters<typeof fetch>) => fetch(url, { ...init, signal }),
  };
  const info = await fileDownloadInfo(asked);
  // Plain HTTP: mirrors of the hub have no other way.
  const blob = info === null ? null : await downloadFile({ ...asked, downloadInfo: info, xet: false });
  if (info === null || blob === null) throw new Error('the hub has no such file');
  fs.mkdirSync(path.dirname(target), { recursive: true });
  const sha256 = SHA256.exec(info.etag)?.[1];
  if (sha256 === undefined) report(`${file} comes without a SHA-256; only its length is checked`);
  const checked = checkedBytes(info.size, sha256);
  const bytes = Readable.fromWeb(blob.stream() as ReadableStream);
  await pipeline(bytes, checked, fs.createWriteStream(target), { signal });
}

/** Passes bytes on; fails at the end where they are not as many as the hub said, or not the same. */
function checkedBytes(expected: number, sha256: string | undefined): Transform {
  const hash = createHash('sha256');
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      const found = hash.digest('hex');
      if (length !== expected) done(new Error(`it ended after ${length} of ${expected} bytes`));
      else if (sha256 !== undefined && found !== sha256)
        done(new Error(`its SHA-256 is ${found}, the hub says ${sha256}: something changed it on its way`));
      else done();
    },
  });
}

/** Of `fetch failed` the cause says more; of an answer of the hub its status says enough. */
function reasonOf(error: unknown): string {
  const { message, cause, statusCode } = error as Error & {
    cause?: Error & { code?: string };
    statusCode?: number;
  };
  if (statusCode !== undefined) return `the server answered ${statusCode}`;
  return [message, cause?.message || cause?.code].filter(Boolean).join(': ');
}
