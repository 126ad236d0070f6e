// Where the library meets Node, and what stands there in a browser's tab: an esbuild plugin.
//
// | in Node                                  | in a tab                    | what it is for                                             |
// |------------------------------------------|-----------------------------|------------------------------------------------------------|
// | node:fs                                  | platform/fs.ts              | reads the files that the page handed over; writes nothing  |
// | node:path                                | the package path-browserify | joins names of files                                       |
// | node:crypto                              | platform/crypto.ts          | SHA-256 of drawings and options                            |
// | node:zlib                                | platform/zlib.ts            | unpacks prepared drawings                                  |
// | node:os                                  | platform/os.ts              | how many threads: one                                      |
// | node:worker_threads, lib/workerScript    | platform/workerThreads.ts,  | threads of a thread: none, and said so                     |
// |                                          | platform/workerScript.ts    |                                                            |
// | node:timers/promises, setImmediate       | platform/timers.ts          | lets messages through between steps                        |
// | Buffer, process, require.resolve         | platform/globals.ts         | Node's global names                                        |
// | __dirname                                | the folder from the root    | where a source's wasm binary lies                          |
// | sharp                                    | platform/sharp.ts           | raw pixels pass; no SVG, no resizing                       |
// | lib/engine/native/addon                  | platform/nativeAddon.ts     | TensorFlow's C library: not there                          |
// | lib/engine/webgpu/adapter                | platform/webgpuAdapter.ts   | whether the browser has a GPU; starts it as in Node        |
// | webgpu                                   | platform/webgpu.ts          | in Dawn's place the browser's WebGPU                       |
// | TensorFlow.js's WebGPU backend           | platform/tfjsWebgpu.ts      | its script comes from the page, when it is asked for       |
// | import('@tensorflow/tfjs')               | @tensorflow/tfjs-core       | what the start of an engine needs, and no more             |
// | TensorFlow.js's loaders of wasm binaries | platform/tfjsWasm.ts        | the binary comes from the page, not from an address        |
//
// Every other module of Node that a bundle reaches makes it fail, with the imports that lead there.

import { readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import * as path from 'node:path';
import type { Loader, Metafile, OnResolveResult, Plugin, PluginBuild } from 'esbuild';
import { fromRoot, ROOT } from '../../files';

const side = (name: string): string => fromRoot('lib', 'book', 'live', 'platform', `${name}.ts`);

/** Modules by the name that imports use. */
const BY_NAME: Readonly<Record<string, string>> = {
  'node:fs': side('fs'),
  'node:path': require.resolve('path-browserify'),
  'node:crypto': side('crypto'),
  'node:zlib': side('zlib'),
  'node:os': side('os'),
  'node:worker_threads': side('workerThreads'),
  'node:timers/promises': side('timers'),
  // The package, not the module of Node with its name.
  buffer: require.resolve('buffer/'),
  sharp: side('sharp'),
  webgpu: side('webgpu'),
  '@tensorflow/tfjs-backend-webgpu': side('tfjsWebgpu'),
};

/** Modules of the library, from its root and without `.ts`. */
const BY_FILE: Readonly<Record<string, string>> = {
  'lib/workerScript': side('workerScript'),
  'lib/engine/native/addon': side('nativeAddon'),
  'lib/engine/webgpu/adapter': side('webgpuAdapter'),
};

const ORIGINAL = '?original';
/** Marks what is resolved as esbuild would without this plugin. */
const SECOND = 'second';
const NODE = new Set([...builtinModules, ...builtinModules.map((name) => `node:${name}`)]);

/** Names that bundles do not find in a tab, with their sides. */
export const GLOBALS = side('globals');
export const DEFINED: Readonly<Record<string, string>> = { 'require.resolve': 'resolveNowhere' };

/** Puts the tab's side in the place of Node's. */
export function seams(): Plugin {
  return {
    name: 'seams',
    setup(build) {
      replaceModules(build);
      replaceLoaders(build);
      nameFolders(build);
    },
  };
}

function replaceModules(build: PluginBuild): void {
  build.onResolve({ filter: /.*/ }, async (asked): Promise<OnResolveResult | undefined> => {
    const { path: name, importer, resolveDir, kind, pluginData } = asked;
    if (pluginData === SECOND) return undefined;
    // Bundles keep all of what is imported dynamically, and the start of an engine needs the core alone.
    if (kind === 'dynamic-import' && name === '@tensorflow/tfjs')
      return build.resolve('@tensorflow/tfjs-core', { importer, resolveDir, kind, pluginData: SECOND });
    const replaced = BY_NAME[name];
    if (replaced !== undefined) return { path: replaced };
    if (NODE.has(name)) {
      // Packages say by their field "browser" what they do without there.
      const own = await build.resolve(name, { importer, resolveDir, kind, pluginData: SECOND });
      return own.errors.length === 0 && !own.external ? undefined : outside(name);
    }
    if (!name.startsWith('.')) return undefined;
    const file = path.relative(ROOT, path.resolve(path.dirname(importer), name));
    const other = BY_FILE[file.split(path.sep).join('/')];
    // A side may build on what it stands for.
    return other === undefined || other === importer ? undefined : { path: other };
  });
}

/** A module of Node. Imports of it that nothing uses are dropped. */
function outside(name: string): OnResolveResult {
  return { path: name, external: true, sideEffects: false };
}

function replaceLoaders(build: PluginBuild): void {
  build.onResolve({ filter: /wasm-out\/tfjs-backend-wasm.*\.js/ }, ({ path: name }) => {
    if (name.endsWith(ORIGINAL)) return { path: require.resolve(name.slice(0, -ORIGINAL.length)) };
    if (name.endsWith('.worker.js')) return undefined;
    return { path: side('tfjsWasm') };
  });
}

/** Sources that read beside themselves learn their folder, from the root of the repository. */
function nameFolders(build: PluginBuild): void {
  build.onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
    const text = readFileSync(file, 'utf8');
    if (!text.includes('__dirname') || file.includes('node_modules')) return undefined;
    const folder = `/${path.relative(ROOT, path.dirname(file)).split(path.sep).join('/')}`;
    return { contents: text.replaceAll('__dirname', JSON.stringify(folder)), loader: 'ts' as Loader };
  });
}

/** Throws when a bundle reaches for Node, with the imports that lead there from its entry. */
export function requireNoNode({ inputs, outputs }: Metafile): void {
  const reached = Object.values(outputs).flatMap(({ imports }) => imports.map(({ path: name }) => name));
  const [first] = reached.filter((name) => NODE.has(name));
  if (first === undefined) return;
  const entry = Object.values(outputs)[0].entryPoint as string;
  const chain = chainTo(inputs, entry, first);
  throw new Error(
    `${first} is a module of Node and has no side in the browser: ${chain.join(' -> ')}. Add one to lib/book/live/seams.ts, or leave the import out.`,
  );
}

/** The shortest way from a source to a module. */
function chainTo(inputs: Metafile['inputs'], entry: string, target: string): string[] {
  const ways: string[][] = [[entry]];
  const seen = new Set([entry]);
  for (const way of ways) {
    for (const { path: next } of inputs[way.at(-1) as string]?.imports ?? []) {
      if (next === target) return [...way, target];
      if (seen.has(next)) continue;
      seen.add(next);
      ways.push([...way, next]);
    }
  }
  return [entry, target];
}
