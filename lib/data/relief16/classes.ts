// The 16 classes of the shape-bias benchmark and the texture that goes with each.

/** The 16 entry-level classes of Geirhos et al. (2019), in the alphabetical order of the model-vs-human toolbox. */
export const CLASS_NAMES = [
  'airplane',
  'bear',
  'bicycle',
  'bird',
  'boat',
  'bottle',
  'car',
  'cat',
  'chair',
  'clock',
  'dog',
  'elephant',
  'keyboard',
  'knife',
  'oven',
  'truck',
] as const;

export type ClassName = (typeof CLASS_NAMES)[number];

/** `train` and `test` share neither drawings nor texture seeds. */
export type Split = 'train' | 'test';

export const SPLITS: readonly Split[] = ['train', 'test'];
