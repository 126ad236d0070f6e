// Prepared drawings, kept on disk: .cache/relief16/<class>-<key>.maps.
import * as fs from 'node:fs';
import * as zlib from 'node:zlib';
import { fromRoot, sha256, writeFileAtomic } from '../../files';
import type { ClassName, Split } from './classes';
import { type Drawing, drawingsOf, hashOfDrawings, type Pack } from './pack';
import { type DrawingMaps, PREPARATION_VERSION, prepareDrawing } from './prepare';
import { shrink } from './raster';
import { DRAWING_SIZE } from './rasterise';

const PIXELS = DRAWING_SIZE * DRAWING_SIZE;
/** Bytes of one drawing: mask and detail in 8 bits, height in 16 (8 would show as terraces in the shading). */
const BYTES = PIXELS * 4;
const DETAIL_UNIT = 160;
const HEIGHT_UNIT = 65535;

export const DRAWING_CACHE = fromRoot('.cache', 'relief16');

/** Maps of one resolution: mask, detail and height interleaved, `size x size x 3`. */
export interface Level {
  readonly size: number;
  readonly maps: Float32Array;
}

/** A drawing ready to be rendered. */
export class PreparedDrawing {
  private readonly levels = new Map<number, Level>();

  constructor(
    readonly className: ClassName,
    readonly drawing: Drawing,
    private readonly packed: Uint8Array,
  ) {}

  /** The maps shrunk to `size`, or at `DRAWING_SIZE` if that is smaller. */
  maps(size: number): Level {
    const wanted = Math.min(size, DRAWING_SIZE);
    const level = this.levels.get(wanted) ?? { size: wanted, maps: this.interleave(wanted) };
    this.levels.set(wanted, level);
    return level;
  }

  private interleave(size: number): Float32Array {
    const { mask, detail, height } = unpackMaps(this.packed);
    const maps = new Float32Array(size * size * 3);
    [mask, detail, height].forEach((map, channel) => {
      const small = shrink(map, DRAWING_SIZE, size);
      for (let i = 0; i < size * size; i++) maps[i * 3 + channel] = small[i];
    });
    return maps;
  }
}

export interface LoadDrawingsOptions {
  pack: Pack;
  className: ClassName;
  split: Split;
  /** Folder of the cache. Default: .cache/relief16 in the repository. */
  cache?: string;
}

/** The prepared drawings of a class on one side of the split: from the cache, else made and cached for the next time.
 *  A cache that is damaged, or cannot be written, is never an error: the drawings are made again. */
export async function loadDrawings(options: LoadDrawingsOptions): Promise<PreparedDrawing[]> {
  const { pack, className, split, cache = DRAWING_CACHE } = options;
  const file = cacheFile(pack, className, cache);
  const drawings = pack[className];
  const packed = readCache(file, drawings.length) ?? (await prepareAndCache(file, className, drawings));
  return drawingsOf(pack, className, split).map((drawing) => {
    const start = drawings.indexOf(drawing) * BYTES;
    return new PreparedDrawing(className, drawing, packed.subarray(start, start + BYTES));
  });
}

const inMemory = new Map<string, Promise<PreparedDrawing[]>>();

/** As `loadDrawings`, but keeps the drawings in memory for the next call, since sets are often made one after another. */
export function rememberDrawings(options: LoadDrawingsOptions): Promise<PreparedDrawing[]> {
  const { pack, className, split, cache } = options;
  const key = `${split} ${cacheFile(pack, className, cache)}`;
  const known = inMemory.get(key);
  if (known) return known;
  const loading = loadDrawings(options);
  inMemory.set(key, loading);
  // A failure is not remembered: the next call tries again.
  loading.catch(() => inMemory.delete(key));
  return loading;
}

/** Where the prepared drawings of a class are cached: the name covers the drawings and the version of the preparation. */
export function cacheFile(pack: Pack, className: ClassName, cache: string = DRAWING_CACHE): string {
  const key = sha256(hashOfDrawings(pack, [className]), `preparation ${PREPARATION_VERSION}`).slice(0, 16);
  return `${cache}/${className}-${key}.maps`;
}

function readCache(file: string, count: number): Uint8Array | undefined {
  try {
    // The zlib format ends with a checksum: a damaged file does not inflate.
    const packed = zlib.inflateSync(fs.readFileSync(file));
    return packed.length === count * BYTES ? packed : undefined;
  } catch {
    return undefined;
  }
}

async function prepareAndCache(
  file: string,
  className: ClassName,
  drawings: readonly Drawing[],
): Promise<Uint8Array> {
  const packed = new Uint8Array(drawings.length * BYTES);
  for (const [i, drawing] of drawings.entries()) {
    packMaps(await prepareDrawing(className, drawing), packed.subarray(i * BYTES, (i + 1) * BYTES));
  }
  try {
    writeFileAtomic(file, zlib.deflateSync(packed, { level: 1 }));
  } catch (error) {
    process.emitWarning(
      `Prepared drawings are not cached, which costs time only. ${(error as Error).message}`,
    );
  }
  return packed;
}

function packMaps({ mask, detail, height }: DrawingMaps, target: Uint8Array): void {
  for (let i = 0; i < PIXELS; i++) {
    target[i] = Math.round(mask[i] * 255);
    target[PIXELS + i] = Math.round(detail[i] * DETAIL_UNIT);
    const level = Math.round(height[i] * HEIGHT_UNIT);
    target[2 * PIXELS + i] = level & 255;
    target[3 * PIXELS + i] = level >> 8;
  }
}

function unpackMaps(packed: Uint8Array): DrawingMaps {
  const mask = new Float32Array(PIXELS);
  const detail = new Float32Array(PIXELS);
  const height = new Float32Array(PIXELS);
  for (let i = 0; i < PIXELS; i++) {
    mask[i] = packed[i] / 255;
    detail[i] = packed[PIXELS + i] / DETAIL_UNIT;
    height[i] = (packed[2 * PIXELS + i] | (packed[3 * PIXELS + i] << 8)) / HEIGHT_UNIT;
  }
  return { mask, detail, height };
}
