// The images of the LocNet experiment: with depth to train and to test on, and sketches for Grad-CAM.
import type { ImageSource } from '../data/imageSource';
import { CLASS_NAMES } from '../data/relief16/classes';
import { hashOfDrawings, readPack } from '../data/relief16/pack';
import { relief16 } from '../data/relief16/relief16';
import type { LocNetCellConfig } from './locnetConfig';

/** What a cell reads besides the 17 data sets. */
export interface LocNetImages {
  readonly train: ImageSource;
  /** The same kind of images from drawings that no training has seen. */
  readonly test: ImageSource;
  readonly sketches: ImageSource;
}

/** Hash of the drawings. How they are rendered is a matter of configuration and code, which a record's key covers anyway. */
export function hashLocNetData(): string {
  return hashOfDrawings(readPack(), CLASS_NAMES);
}

/** Renders the images of a cell. */
export async function openLocNetImages({ data, model }: LocNetCellConfig): Promise<LocNetImages> {
  const { textureCue, trainPerClass, testPerClass, seed } = data;
  const common = { size: model.inputSize, seed };
  return {
    train: await relief16({ ...common, split: 'train', count: trainPerClass, textureCue }),
    test: await relief16({ ...common, split: 'test', count: testPerClass }),
    sketches: await relief16({ ...common, split: 'test', count: testPerClass, variant: 'sketch' }),
  };
}
