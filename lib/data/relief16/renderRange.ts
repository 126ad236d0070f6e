// Some images of a Relief-16 set: what each shows depends on the set's options and its index alone, so that threads may share a set.
import { deriveSeed, Random } from '../../random';
import type { ClassName } from './classes';
import { type PreparedDrawing, rememberDrawings } from './drawings';
import { readPack } from './pack';
import type { Picture } from './render';
import { drawBackground, drawLight, drawPose, drawSurface, type Scene } from './scene';
import type { ResolvedRelief } from './settings';
import { type TextureChoice, textureChoices } from './textureChoice';
import { type TileSet, tilesFor } from './tiles';
import { VariantRenderer } from './variants';

/** Images `start` to `end - 1` of a set. */
export interface RenderTask {
  readonly settings: ResolvedRelief;
  /** Of settings and drawings: while it is the same, a thread reads the drawings once. */
  readonly hash: string;
  readonly start: number;
  readonly end: number;
  /** The drawings, and the folder of prepared ones; defaults as in `Relief16Options`. */
  readonly packFile?: string;
  readonly cache?: string;
}

/** `N` images, one after another. */
export interface Rendered {
  /** `N x size x size x 3`, RGB. */
  readonly images: Uint8Array;
  /** `N x size x size`: 0 far .. 255 near. */
  readonly depths: Uint8Array;
  /** `N x size x size`: coverage by the object, 0..255. */
  readonly mask: Uint8Array;
}

/** Room for so many images. */
export function roomForImages(count: number, size: number): Rendered {
  const pixels = count * size * size;
  return {
    images: new Uint8Array(pixels * 3),
    depths: new Uint8Array(pixels),
    mask: new Uint8Array(pixels),
  };
}

/** Views of one image's colours, depth and mask. */
export function pictureIn({ images, depths, mask }: Rendered, index: number, size: number): Picture {
  const pixels = size * size;
  return {
    rgb: images.subarray(index * pixels * 3, (index + 1) * pixels * 3),
    depth: depths.subarray(index * pixels, (index + 1) * pixels),
    mask: mask.subarray(index * pixels, (index + 1) * pixels),
  };
}

/** Renders them. Throws when the drawings are missing or damaged. */
export async function renderRange(task: RenderTask): Promise<Rendered> {
  const { start, end, settings } = task;
  const { split, size, seed, classes, variant } = settings;
  const { drawings, choices } = await remembered(task);
  const renderer = new VariantRenderer(variant, size);
  const tiles = tilesFor(split, size);
  const rendered = roomForImages(end - start, size);
  for (let index = start; index < end; index++) {
    const choice = choices[index];
    const instance = Math.floor(index / classes.length);
    const control = (name: string): Random =>
      new Random(deriveSeed(seed, split, choice.shape, instance, name));
    const ofShape = drawings.get(choice.shape) as readonly PreparedDrawing[];
    const drawing = ofShape[instance % ofShape.length];
    const picture = pictureIn(rendered, index - start, size);
    renderer.render(composeScene(drawing, choice, tiles, control), control('pencil'), picture);
  }
  return rendered;
}

/** What all parts of a set share. */
interface Shared {
  readonly drawings: ReadonlyMap<ClassName, readonly PreparedDrawing[]>;
  readonly choices: readonly TextureChoice[];
}

let last: { readonly key: string; readonly shared: Shared } | undefined;

async function remembered(task: RenderTask): Promise<Shared> {
  const { hash, packFile, cache, settings } = task;
  const key = JSON.stringify([hash, packFile, cache]);
  if (last?.key !== key)
    last = { key, shared: { drawings: await drawingsInOrder(task), choices: textureChoices(settings) } };
  return last.shared;
}

/** Of each class, in random order: over and over, each is shown equally often, as far as the count allows. */
async function drawingsInOrder({
  settings: { split, seed, classes },
  packFile,
  cache,
}: RenderTask): Promise<Map<ClassName, PreparedDrawing[]>> {
  const pack = readPack(packFile);
  const drawings = new Map<ClassName, PreparedDrawing[]>();
  for (const className of classes) {
    const loaded = await rememberDrawings({ pack, className, split, cache });
    const order = new Random(deriveSeed(seed, split, className)).permutation(loaded.length);
    drawings.set(
      className,
      Array.from(order, (k) => loaded[k]),
    );
  }
  return drawings;
}

/** Scene of one image; `control(name)` is the generator of the control of that name. */
function composeScene(
  drawing: PreparedDrawing,
  choice: TextureChoice,
  tiles: TileSet,
  control: (name: string) => Random,
): Scene {
  const isStyle = choice.kind === 'style';
  const tile = isStyle ? tiles.ofStyle(choice.index) : tiles.ofClass(choice.texture, choice.index);
  return {
    drawing,
    pose: drawPose(control('pose')),
    surface: drawSurface(control('surface'), tile),
    light: drawLight(control('light')),
    background: drawBackground(control('background')),
    backdrop: isStyle ? drawSurface(control('backdrop'), tiles.ofStyle(choice.backdrop)) : undefined,
  };
}
