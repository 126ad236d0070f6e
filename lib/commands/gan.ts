import * as path from 'node:path';
import { type Command, Option } from 'commander';
import type { GanRunOptions } from '../runGan';
import { newCommand } from './command';
import { countFrom, numberFrom, seedFrom, text, valued } from './options';

type Options = Omit<GanRunOptions, 'folder' | 'signal' | 'report'>;

export function ganCommand(): Command {
  return newCommand('gan', {
    summary: 'train FastGAN on a folder of images, with Top-K and noise if wanted',
    description:
      'FastGAN learns to make images from a few dozen to a few hundred; as it learns you see its images, their distance from yours, and at the end the training images that they are most like.',
    examples: [
      ['npm run gan -- photographs', '64 pixels, a quarter of the width, 1000 iterations'],
      ['npm run gan -- photographs --sparsity 32_5 --noise', 'with 5 % of the 32 x 32 map, and noise'],
      [
        'npm run gan -- photographs --size 256 --width 64 --iterations 100000 --average 0.999 --vgg vgg16.safetensors --heads lpips.safetensors',
        "the report's settings, for a GPU",
      ],
    ],
    writes:
      '.cache/gan/<folder> (or --out): a sheet of images every so often, nearest.png, generator.safetensors, and the checkpoint from which the same command goes on',
  })
    .argument('<folder>', 'folder of images, of any sizes')
    .addOption(text('--out <folder>', 'where the results go'))
    .addOption(
      valued('--size <pixels>', 'side of the images: 64, 128, 256, 512 or 1024 (default: 64)', countFrom),
    )
    .addOption(
      valued('--width <channels>', "width of the networks (default: 16; the authors' is 64)", countFrom),
    )
    .addOption(valued('--iterations <number>', 'iterations in all (default: 1000)', countFrom))
    .addOption(valued('--every <number>', 'iterations between two looks (default: 100)', countFrom))
    .addOption(valued('--batch <images>', 'images an iteration (default: 8)', countFrom))
    .addOption(valued('--rate <number>', 'learning rate (default: 0.0128 / width)', rateFrom))
    .addOption(
      valued(
        '--average <share>',
        'share of the past in the averaged weights, e.g. 0.999 (default: 0.99)',
        averageFrom,
      ),
    )
    .addOption(text('--sparsity <where>', 'Top-K, e.g. 32_5: 5 % of the 32 x 32 map (default: none)'))
    .addOption(new Option('--noise', 'noise injection, its scales learnt'))
    .addOption(valued('--seed <number>', 'seed (default: 0)', seedFrom))
    .addOption(text('--vgg <file>', 'VGG-16 of the perceptual distance (.safetensors; default: one of ours)'))
    .addOption(
      text('--heads <file>', 'linear heads of LPIPS for it (.safetensors; default: all channels alike)'),
    )
    .addOption(new Option('--skip-bad', 'leave out images that cannot be read'))
    .action(async (folder: string, options: Options) => {
      const { runGan } = await import('../runGan');
      const { interruptSignal } = await import('../notebook/interrupt');
      await runGan({
        ...options,
        folder: path.resolve(folder),
        signal: interruptSignal(),
        report: (line) => console.log(line),
      });
    });
}

function averageFrom(given: string, flag: string): number {
  const average = numberFrom(given, flag);
  if (!(average >= 0 && average < 1))
    throw new Error(`${flag} takes a number from 0 and below 1, not "${given}".`);
  return average;
}

function rateFrom(given: string, flag: string): number {
  const rate = numberFrom(given, flag);
  if (!(rate > 0)) throw new Error(`${flag} takes a number above 0, not "${given}".`);
  return rate;
}
