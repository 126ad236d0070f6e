// Texture tiles: patterns coloured and rasterised once, then sampled by the renderer.
import { deriveSeed, Random } from '../../random';
import { CLASS_NAMES, type ClassName, type Split } from './classes';
import { fractalNoise } from './noise';
import { clamp, mix, shrink } from './raster';
import { TEXTURES } from './textures/index';

/** A seamless RGB tile, `size x size x 3` bytes; `size` is a power of two, so that coordinates wrap by a bit mask. */
export interface Tile {
  readonly size: number;
  readonly data: Uint8Array;
}

type Colour = readonly [number, number, number];

const PATTERN_SIZE = 256;
/** Different tiles of each class's own texture in a split. */
export const TILES_PER_CLASS = 4;
/** Different random styles (pattern of any class, random palette) in a split; three of each class's pattern. */
export const STYLE_COUNT = 48;

/** The seed of one tile; no seed occurs in both splits. */
export function tileSeed(split: Split, kind: 'class' | 'style', ...index: (string | number)[]): number {
  // The lowest bit is the split: disjoint by construction, not by luck.
  return ((deriveSeed(16, kind, ...index) & ~1) | (split === 'train' ? 0 : 1)) >>> 0;
}

/** The class whose pattern the style `index` has. */
export function styleClass(index: number): ClassName {
  return CLASS_NAMES[index % CLASS_NAMES.length];
}

/** All tiles of a split at the resolution that suits images of `imageSize`: made when first asked for. */
export class TileSet {
  private readonly made = new Map<string, Tile>();
  private readonly size: number;

  constructor(
    private readonly split: Split,
    imageSize: number,
  ) {
    // An image spans at most one tile: about two texels a pixel keep edges crisp without aliasing.
    this.size = imageSize <= 32 ? 64 : imageSize <= 64 ? 128 : PATTERN_SIZE;
  }

  /** The `index`-th tile of a class's own texture. */
  ofClass(className: ClassName, index: number): Tile {
    return this.make(`${className}/${index}`, () => {
      const random = new Random(tileSeed(this.split, 'class', className, index));
      return drawTile(className, TEXTURES[className].palette.map(parseColour), random, this.size);
    });
  }

  /** The `index`-th random style: the pattern of some class in random colours. */
  ofStyle(index: number): Tile {
    return this.make(`style/${index}`, () => {
      const random = new Random(tileSeed(this.split, 'style', index));
      const className = styleClass(index);
      const palette = randomPalette(random, TEXTURES[className].palette.length);
      return drawTile(className, palette, random, this.size);
    });
  }

  private make(key: string, draw: () => Tile): Tile {
    const known = this.made.get(key);
    if (known) return known;
    const tile = draw();
    this.made.set(key, tile);
    return tile;
  }
}

const tileSets = new Map<string, TileSet>();

/** The tile set of a split for images of `imageSize`, kept in memory between calls. */
export function tilesFor(split: Split, imageSize: number): TileSet {
  const key = `${split}/${imageSize}`;
  const tiles = tileSets.get(key) ?? new TileSet(split, imageSize);
  tileSets.set(key, tiles);
  return tiles;
}

function drawTile(className: ClassName, palette: readonly Colour[], random: Random, size: number): Tile {
  const pattern = TEXTURES[className].pattern(random);
  const channels = [0, 1, 2].map(() => new Float32Array(PATTERN_SIZE * PATTERN_SIZE));
  for (let y = 0, i = 0; y < PATTERN_SIZE; y++) {
    for (let x = 0; x < PATTERN_SIZE; x++, i++) {
      const position = pattern(x / PATTERN_SIZE, y / PATTERN_SIZE) * (palette.length - 1);
      const stop = clamp(Math.floor(position), 0, palette.length - 2);
      for (let c = 0; c < 3; c++) {
        channels[c][i] = mix(palette[stop][c], palette[stop + 1][c], position - stop);
      }
    }
  }
  const data = new Uint8Array(size * size * 3);
  channels.forEach((channel, c) => {
    const small = shrink(channel, PATTERN_SIZE, size);
    for (let i = 0; i < size * size; i++) data[i * 3 + c] = clamp(Math.round(small[i]), 0, 255);
  });
  return { size, data };
}

/** `count` random colours from dark to light or from light to dark, with enough contrast to show the pattern. */
function randomPalette(random: Random, count: number): Colour[] {
  const colours = Array.from(
    { length: count },
    (): Colour => [random.uniform(0, 255), random.uniform(0, 255), random.uniform(0, 255)],
  );
  colours.sort((a, b) => luminance(a) - luminance(b));
  const spread = colours.map((colour, i): Colour => {
    const lightness = i / (count - 1);
    const towards = (value: number): number =>
      mix(value, 255 * lightness, 0.35 * Math.abs(2 * lightness - 1));
    return [towards(colour[0]), towards(colour[1]), towards(colour[2])];
  });
  return random.next() < 0.5 ? spread : spread.reverse();
}

function luminance([red, green, blue]: Colour): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

function parseColour(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Side of the background's noise rasters. */
export const GRAIN_SIZE = 256;
/** Different background grains. */
export const GRAIN_COUNT = 6;

let grainRasters: Float32Array[] | undefined;

/** Neutral grain for walls and floors, `GRAIN_SIZE x GRAIN_SIZE` in [-0.5, 0.5]; half of them smooth, half rough. */
export function backgroundGrains(): readonly Float32Array[] {
  grainRasters ??= Array.from({ length: GRAIN_COUNT }, (_, k) => {
    const random = new Random(deriveSeed(16, 'grain', k));
    const clouds = fractalNoise(random, 3, 3, 5);
    const speckle = fractalNoise(random, 24, 24, 3);
    const rough = k % 2 === 0 ? 0.5 : 0;
    return Float32Array.from({ length: GRAIN_SIZE * GRAIN_SIZE }, (_, i) => {
      const u = (i % GRAIN_SIZE) / GRAIN_SIZE;
      const v = Math.floor(i / GRAIN_SIZE) / GRAIN_SIZE;
      return mix(clouds(u, v), speckle(u, v), rough) - 0.5;
    });
  });
  return grainRasters;
}
