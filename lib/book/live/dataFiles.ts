// The files that pages hand to their workers, as they are in a tab. In Node only.
import * as fs from 'node:fs';
import * as zlib from 'node:zlib';
import { CLASS_NAMES, type ClassName } from '../../data/relief16/classes';
import { cacheFile, loadDrawings } from '../../data/relief16/drawings';
import { PACK_FILE, type Pack, readPack } from '../../data/relief16/pack';
import { fromRoot } from '../../files';
import { type DataName, NETWORK_FILE } from './assets';
import { TFJS_WASM, TFJS_WEBGPU } from './platform/paths';

/** Bytes by path from the root of the repository. */
export type DataFiles = Readonly<Record<string, Uint8Array>>;

/** The files of every data script. Prepares the drawings (half a minute) where they are not in the cache. Throws when a file is missing. */
export async function dataFiles(): Promise<Map<DataName, DataFiles>> {
  const files = new Map<DataName, DataFiles>([
    ['pixels', asTheyAre('/lib/distortions/wasm/pixels.wasm', '/lib/distortions/wasm/suppressions.wasm')],
    ['tensors', asTheyAre(TFJS_WASM, '/lib/engine/wasm/simd.wasm')],
    ['webgpu', asTheyAre(TFJS_WEBGPU)],
    ['spectrum', asTheyAre('/data/distortions/mean-amplitude-spectrum-224.f32')],
    ['network', asTheyAre(NETWORK_FILE)],
  ]);
  const pack = readPack();
  const shown = withoutSvg(pack);
  files.set('drawings', { [pathOf(PACK_FILE)]: Buffer.from(JSON.stringify(shown)) });
  for (const className of CLASS_NAMES) {
    const maps = await preparedMaps(pack, className);
    files.set(`drawings-${className}`, {
      [pathOf(cacheFile(shown, className))]: zlib.deflateSync(maps),
    });
  }
  return files;
}

/** The prepared drawings of a class, as `loadDrawings` keeps them. */
async function preparedMaps(pack: Pack, className: ClassName): Promise<Uint8Array> {
  const file = cacheFile(pack, className);
  await loadDrawings({ pack, className, split: 'test' });
  if (!fs.existsSync(file)) {
    throw new Error(
      `The prepared drawings of "${className}" could not be kept in ${file}. Make its folder writable.`,
    );
  }
  return zlib.inflateSync(fs.readFileSync(file));
}

function asTheyAre(...paths: readonly string[]): DataFiles {
  return Object.fromEntries(paths.map((path) => [path, fs.readFileSync(fromRoot(path))]));
}

/** A tab draws no SVG: it has the prepared drawings, under the key of this pack. Who made each drawing, and its licence, stay. */
function withoutSvg(pack: Pack): Pack {
  return Object.fromEntries(
    CLASS_NAMES.map((name) => [name, pack[name].map((drawing) => ({ ...drawing, svg: '' }))]),
  ) as unknown as Pack;
}

function pathOf(file: string): string {
  return `/${file.slice(fromRoot().length + 1).replaceAll('\\', '/')}`;
}
