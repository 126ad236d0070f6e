// The library for a reader's tab: classic scripts that run from a file as from a server, and ask nothing of the network.
import * as path from 'node:path';
import { build } from 'esbuild';
import { EXACT_SUPPRESSIONS } from '../../data/relief16/exactSuppressions';
import { SUPPRESSIONS } from '../../distortions/suppressions';
import { fromRoot, ROOT, writeFileAtomic } from '../../files';
import { type AssetName, type Held, RECEIVER, scriptOf, type WorkerName } from './assets';
import { dataFiles } from './dataFiles';
import { DEFINED, GLOBALS, requireNoNode, seams } from './seams';

const WORKERS: readonly WorkerName[] = ['pictures', 'networks'];

/** Writes `live.js`, which a page includes, and the scripts that it loads when they are needed, into a folder; returns their names.
 *
 *  Throws when a bundle reaches for a module of Node, with the imports that lead there, and when a file that a tab needs is missing. */
export async function bundleLive(folder: string): Promise<string[]> {
  const scripts = new Map<AssetName, string>();
  for (const [name, files] of await dataFiles()) scripts.set(name, holding(name, inBase64(files)));
  for (const name of WORKERS) scripts.set(name, holding(name, await bundleEntry(`${name}.worker.ts`)));
  const sizes = Object.fromEntries([...scripts].map(([name, text]) => [name, text.length]));
  const page = await bundleEntry('live.ts', {
    define: inJson({ ASSET_BYTES: sizes, SUPPRESSIONS, EXACT_SUPPRESSIONS }),
    globals: null,
  });
  const written = ['live.js', ...[...scripts.keys()].map(scriptOf)];
  const texts = [page, ...scripts.values()];
  for (const [i, name] of written.entries()) writeFileAtomic(path.join(folder, name), texts[i]);
  return written;
}

export interface EntryOptions {
  /** Names that stand for values. */
  define?: Readonly<Record<string, string>>;
  /** A source with the names that Node puts everywhere; null where none is used. */
  globals?: string | null;
}

/** One classic script of a source in this folder and all that it reaches. */
export async function bundleEntry(entry: string, options: EntryOptions = {}): Promise<string> {
  const { define = {}, globals = GLOBALS } = options;
  const { outputFiles, metafile, warnings } = await build({
    absWorkingDir: ROOT,
    entryPoints: [path.relative(ROOT, path.resolve(fromRoot('lib', 'book', 'live'), entry))],
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    write: false,
    metafile: true,
    logLevel: 'silent',
    inject: globals === null ? [] : [globals],
    plugins: [seams()],
    define: { ...DEFINED, ...define },
  });
  requireNoNode(metafile);
  // E.g. a function that a side lacks.
  const [warning] = warnings;
  if (warning !== undefined) throw new Error(`${warning.location?.file ?? entry}: ${warning.text}.`);
  return outputFiles[0].text;
}

function holding(name: AssetName, held: Held): string {
  return `${RECEIVER}(${JSON.stringify(name)},${JSON.stringify(held)});\n`;
}

/** Values that the page is given: what makes them stays with the workers. */
function inJson(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, JSON.stringify(value)]));
}

function inBase64(files: Readonly<Record<string, Uint8Array>>): Held {
  return Object.fromEntries(
    Object.entries(files).map(([file, bytes]) => [file, Buffer.from(bytes).toString('base64')]),
  );
}
