// The pictures that records of LocNet keep: a few held-out images with what a network paints of them, and Grad-CAM maps of sketches.
import sharp from 'sharp';
import type { ByteImage, ImageSource } from '../data/imageSource';
import { type CamMaps, enlargeMaps } from '../explain/gradCam';
import { overlay } from '../explain/overlay';
import type { LocNetPictures, PaintedPictures } from '../results/locnetPictures';
import type { Maps } from '../train/maps';
import type { CamDepth } from './locnetCams';

/** One image of each of these classes. */
const SHOWN = ['airplane', 'bicycle', 'car', 'cat', 'chair', 'elephant'];

export interface PictureSources {
  test: ImageSource;
  sketches: ImageSource;
  depth?: PaintedMaps;
  cams: Readonly<Record<CamDepth, CamMaps>>;
}

interface PaintedMaps {
  truth: Maps;
  painted: Maps;
}

/** All as PNG. */
export async function picturesOf({ test, sketches, depth, cams }: PictureSources): Promise<LocNetPictures> {
  const shown = shownOf(test);
  const { truth, ...painted } = await paintedPictures(test, depth);
  return {
    ...painted,
    depth: truth,
    sketches: await Promise.all(shown.map(async (index) => png(await sketches.image(index)))),
    camShallow: await overlays(sketches, shown, cams.shallow),
    camDeep: await overlays(sketches, shown, cams.deep),
  };
}

/** Images, their true maps and the network's as PNG; no maps of a network that paints none. Painted values are clamped to 0..1: the
 *  AutoEncoder's output is linear. */
export async function paintedPictures(test: ImageSource, maps?: PaintedMaps): Promise<PaintedPictures> {
  const shown = shownOf(test);
  const pictures = (source: Maps | undefined): Promise<string[]> =>
    Promise.all(source === undefined ? [] : shown.map((index) => mapPng(source, index)));
  return {
    classes: SHOWN,
    images: await Promise.all(shown.map(async (index) => png(await test.image(index)))),
    truth: await pictures(maps?.truth),
    painted: await pictures(maps?.painted),
  };
}

function shownOf({ classes }: ImageSource): number[] {
  return SHOWN.map((name) => classes.indexOf(name));
}

async function overlays(source: ImageSource, shown: readonly number[], cams: CamMaps): Promise<string[]> {
  const { width, height } = await source.image(shown[0]);
  const { values } = await enlargeMaps(cams, height, width);
  const pixels = width * height;
  return Promise.all(
    shown.map(async (index) => {
      const image = await source.image(index);
      return png({
        ...image,
        data: overlay(values.subarray(index * pixels, (index + 1) * pixels), image.data),
      });
    }),
  );
}

function mapPng({ maps, size, channels }: Maps, index: number): Promise<string> {
  const data = Uint8Array.from(maps[index], (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  return png({ width: size, height: size, channels: channels === 3 ? 3 : 1, data });
}

async function png({ width, height, channels, data }: ByteImage): Promise<string> {
  return (await sharp(data, { raw: { width, height, channels } }).png().toBuffer()).toString('base64');
}
