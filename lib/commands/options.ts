// Options that several commands take, and the check of each value.
import * as path from 'node:path';
import { Option } from 'commander';
import type { PixelRange } from '../benchmark/pixelRanges';
import { unknownName } from '../suggest';

/** An option with a value. The placeholder in its flags says what completes it: `<folder>` and `<file>` are paths. */
export function valued<Value>(
  flags: string,
  description: string,
  parse: (text: string, flag: string) => Value,
): Option {
  const option = new Option(flags, description);
  return option.argParser((text: string) => {
    // Commander takes the next word whatever it is: `--profile --fresh` forgot the profile.
    if (text === '' || text.startsWith('--')) throw needsValue(option);
    return parse(text, option.long as string);
  });
}

/** An option whose value is any text. */
export function text(flags: string, description: string): Option {
  return valued(flags, description, (given) => given);
}

/** An option whose value is one of a few names. Another is answered with the nearest. */
export function oneOf(flags: string, description: string, known: readonly string[]): Option {
  return valued(flags, description, (given, flag) => {
    if (!known.includes(given)) throw unknownName(flag.slice(2), given, known);
    return given;
  });
}

/** The error for an option without its value. */
export function needsValue({ long, description }: { long?: string; description?: string }): Error {
  return new Error(`${long} needs a value${description ? `: ${description}` : ''}.`);
}

export function profileOption(): Option {
  return text('--profile <profile>', 'profile of the experiment, e.g. tiny or paper').default('tiny');
}

export function seedsOption(): Option {
  return valued('--seeds <list>', "seeds in place of the profile's, e.g. 0,1,2", seedsFrom);
}

export function dataOption(): Option {
  return valued('--data <folder>', 'folder of the images, for profiles that read image folders', (given) =>
    path.resolve(given),
  );
}

export function freshOption(): Option {
  return new Option('--fresh', 'run even where a valid record is stored');
}

/** Another folder of records than data/records. */
export function recordsOption(): Option {
  return valued('--records <folder>', 'folder of the records (default: data/records)', (given) =>
    path.resolve(given),
  );
}

function seedsFrom(given: string, flag: string): number[] {
  if (!/^\d+(,\d+)*$/.test(given))
    throw new Error(`${flag} takes whole numbers, e.g. 0,1,2; not "${given}".`);
  return [...new Set(given.split(',').map(Number))];
}

/** A whole number from 1. */
export function countFrom(given: string, flag: string): number {
  if (!/^[1-9]\d*$/.test(given)) throw new Error(`${flag} takes a whole number from 1, not "${given}".`);
  return Number(given);
}

/** A whole number from 0. */
export function seedFrom(given: string, flag: string): number {
  if (!/^\d+$/.test(given)) throw new Error(`${flag} takes a whole number from 0, not "${given}".`);
  return Number(given);
}

/** Any number. */
export function numberFrom(given: string, flag: string): number {
  if (!Number.isFinite(Number(given))) throw new Error(`${flag} takes a number, not "${given}".`);
  return Number(given);
}

/** A share above 0 and at most 1. */
export function shareFrom(given: string, flag: string): number {
  if (!(Number(given) > 0 && Number(given) <= 1))
    throw new Error(`${flag} takes a number above 0 and at most 1, not "${given}".`);
  return Number(given);
}

/** A number of pixels. */
export function sideFrom(given: string, flag: string): number {
  if (!Number.isInteger(Number(given)) || Number(given) < 1 || Number(given) > 4096)
    throw new Error(`${flag} takes a whole number of pixels from 1 to 4096, not "${given}".`);
  return Number(given);
}

/** What experiments are told of this machine. */
export function inputsOf({ data }: { data?: string }): { data?: string } {
  return data === undefined ? {} : { data };
}

const PIXEL_RANGES: readonly PixelRange[] = ['imagenet', '0..1', '-1..1', '0..255'];

/** What a network in ONNX does not say itself: what a pixel is to it, and, where it takes any, the side of its images. */
export function onnxOptions(): Option[] {
  return [
    valued(
      '--input <range>',
      'ONNX: what a pixel is to the network: imagenet, 0..1, -1..1 or 0..255 (default: imagenet)',
      pixelRangeFrom,
    ),
    valued('--size <pixels>', 'ONNX: side of the images, for a network of any size (default: 224)', sideFrom),
  ];
}

function pixelRangeFrom(given: string): PixelRange {
  const range = PIXEL_RANGES.find((known) => known === given);
  if (range === undefined) throw unknownName('range of pixels', given, PIXEL_RANGES);
  return range;
}
