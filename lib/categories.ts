// The 16 categories of the shape-bias benchmark: for what draws images of them, what measures answers, and what shows both.

/** The entry-level classes of Geirhos et al. (2019), in alphabetical order: that of every table and of the outputs of a network with 16. */
export const CATEGORIES = [
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

export type Category = (typeof CATEGORIES)[number];
