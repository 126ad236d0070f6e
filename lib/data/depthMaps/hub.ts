// Models of the Hugging Face hub: downloaded once, then read from the cache.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { fromRoot } from '../../files';

/** The files of a model, the small ones first: a model of another kind is refused before its weights are loaded. */
export const MODEL_FILES = ['config.json', 'preprocessor_config.json', 'onnx/model.onnx'] as const;

const HUB_ID = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;

/** Whether a text can be the id of a model, `owner/name`. */
export function isHubId(text: string): boolean {
  return HUB_ID.test(text) && !text.includes('..');
}

export interface DownloadOptions {
  /** Default: .cache/models. */
  cache?: string;
  /** Default: HF_ENDPOINT, as for the hub's other clients, else https://huggingface.co. */
  endpoint?: string;
  signal?: AbortSignal;
  report?: (line: string) => void;
}

/** The folder of a model of the hub, after its missing files were downloaded. Throws where one cannot be had, saying what to do. */
export async function downloadModel(id: string, options: DownloadOptions = {}): Promise<string> {
  const { cache = fromRoot('.cache', 'models'), report = () => undefined } = options;
  const folder = path.join(cache, ...id.split('/'));
  for (const file of MODEL_FILES) {
    const target = path.join(folder, file);
    if (fs.existsSync(target)) continue;
    report(`downloading ${file} of ${id}`);
    await download(id, file, target, options);
  }
  return folder;
}

/** Into a temporary file, then renamed: what is in the cache is whole. */
async function download(id: string, file: string, target: string, options: DownloadOptions): Promise<void> {
  const { endpoint = process.env.HF_ENDPOINT ?? 'https://huggingface.co', signal } = options;
  const url = `${endpoint.replace(/\/+$/, '')}/${id}/resolve/main/${file}`;
  const temporary = `${target}.${process.pid}.tmp`;
  try {
    const response = await fetch(url, { signal });
    if (!response.ok || response.body === null) throw new Error(`the server answered ${response.status}`);
    fs.mkdirSync(path.dirname(target), { recursive: true });
    const expected = Number(response.headers.get('content-length') ?? Number.NaN);
    const isPacked = response.headers.has('content-encoding');
    await pipeline(
      Readable.fromWeb(response.body as ReadableStream),
      ofLength(isPacked ? Number.NaN : expected),
      fs.createWriteStream(temporary),
      { signal },
    );
    fs.renameSync(temporary, target);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    signal?.throwIfAborted();
    throw new Error(
      `Cannot fetch the model ${id}: ${url}: ${reasonOf(error)}. Give a folder instead: --model <folder> with ${MODEL_FILES.join(', ')}, fetched by hand or on another machine.`,
    );
  }
}

/** Passes bytes on; fails at the end where there were not as many as the server had said. */
function ofLength(expected: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      done(null, chunk);
    },
    flush(done) {
      const short = length < expected;
      done(short ? new Error(`it ended after ${length} of ${expected} bytes`) : null);
    },
  });
}

/** Of `fetch failed` the cause says more. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: Error & { code?: string } };
  return [message, cause?.message || cause?.code].filter(Boolean).join(': ');
}
