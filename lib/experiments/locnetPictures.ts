// The pictures that a record of LocNet keeps: a few held-out images with their depth and the network's, and Grad-CAM maps of sketches.
import sharp from 'sharp';
import type { ByteImage, ImageSource } from '../data/imageSource';
import { type CamMaps, enlargeMaps } from '../explain/gradCam';
import { overlay } from '../explain/overlay';
import type { LocNetPictures } from '../results/locnetPictures';
import type { Maps } from '../train/maps';
import type { CamDepth } from './locnetCams';

/** One image of each of these classes. */
const SHOWN = ['airplane', 'bicycle', 'car', 'cat', 'chair', 'elephant'];

export interface PictureSources {
  test: ImageSource;
  sketches: ImageSource;
  depth?: { truth: Maps; painted: Maps };
  cams: Readonly<Record<CamDepth, CamMaps>>;
}

/** All as PNG. Painted depth is clamped to 0..1: the AutoEncoder's output is linear. */
export async function picturesOf({ test, sketches, depth, cams }: PictureSources): Promise<LocNetPictures> {
  const shown = SHOWN.map((name) => test.classes.indexOf(name));
  const all = (make: (index: number) => Promise<string>): Promise<string[]> => Promise.all(shown.map(make));
  const maps = (source: Maps | undefined): Promise<string[]> =>
    source === undefined ? Promise.resolve([]) : all((index) => greyPng(source, index));
  return {
    classes: SHOWN,
    images: await all(async (index) => png(await test.image(index))),
    depth: await maps(depth?.truth),
    painted: await maps(depth?.painted),
    sketches: await all(async (index) => png(await sketches.image(index))),
    camShallow: await overlays(sketches, shown, cams.shallow),
    camDeep: await overlays(sketches, shown, cams.deep),
  };
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

function greyPng({ maps, size }: Maps, index: number): Promise<string> {
  const data = Uint8Array.from(maps[index], (value) => Math.round(255 * Math.min(1, Math.max(0, value))));
  return png({ width: size, height: size, channels: 1, data });
}

async function png({ width, height, channels, data }: ByteImage): Promise<string> {
  return (await sharp(data, { raw: { width, height, channels } }).png().toBuffer()).toString('base64');
}
