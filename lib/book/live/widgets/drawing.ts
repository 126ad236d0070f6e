/// <reference lib="dom" />
// The controls that say which drawing a widget works on.
import { CLASS_NAMES, type ClassName } from '../../../data/relief16/classes';
import type { ReliefRequest } from '../tasks/reliefRequest';
import { type Control, choice, named, slider } from './controls';

/** Class and seed of a drawing of the test split. */
export interface DrawingControls {
  readonly all: readonly Control<unknown>[];
  /** What they say now. */
  request(): Omit<ReliefRequest, 'count'>;
}

export interface DrawingOptions {
  className: ClassName;
  seed: number;
  /** Side in pixels. */
  size: number;
  onInput: () => void;
}

export function drawingControls({ className, seed, size, onInput }: DrawingOptions): DrawingControls {
  const classes = choice({ label: 'Class', choices: named(CLASS_NAMES), value: className, onInput });
  const seeds = slider({ label: 'Seed', least: 0, most: 99, step: 1, value: seed, onInput });
  return {
    all: [classes, seeds],
    request: () => ({
      split: 'test',
      variant: 'normal',
      className: classes.value,
      texture: classes.value,
      textureCue: 1,
      seed: seeds.value,
      size,
    }),
  };
}
