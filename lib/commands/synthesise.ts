import * as path from 'node:path';
import type { Command } from 'commander';
import { newCommand } from './command';
import { countFrom, oneOf, seedFrom, shareFrom, sideFrom, text, valued } from './options';

const ARCHITECTURES = ['vgg16', 'vgg19'] as const;
const STRENGTHS = ['all', 'top-k', 'non-top-k'] as const;
const AGREEMENTS = ['gram', 'activations'] as const;

interface Options {
  weights?: string;
  architecture?: (typeof ARCHITECTURES)[number];
  normalise?: string;
  strength: (typeof STRENGTHS)[number];
  fraction?: number;
  agreement: (typeof AGREEMENTS)[number];
  steps: number;
  size: number;
  seed: number;
  out?: string;
}

export function synthesiseCommand(): Command {
  return newCommand('synthesise', {
    summary: "synthesise a photograph's texture with a VGG",
    description:
      'From noise to a picture on which the activations of a VGG agree with those on a photograph: all, the strongest, or all but these.',
    examples: [
      [
        'npm run synthesise -- cat.jpg --weights vgg19.safetensors --architecture vgg19',
        "torchvision's weights, all activations",
      ],
      [
        'npm run synthesise -- cat.jpg --weights network.safetensors --strength non-top-k',
        'a VGG of ours, without the strongest 5 %',
      ],
      [
        'npm run synthesise -- cat.jpg --weights network.safetensors --size 64 --steps 10 --out cat.png',
        'small and soon',
      ],
    ],
    writes:
      '.cache/synthesis/<image>-<strength>.png (or --out), every few steps too; until it is done the state beside it, from which the same command goes on',
  })
    .argument('<image>', 'photograph, of any size from 16 x 16 pixels')
    .addOption(text('--weights <file>', 'weights of a VGG (.safetensors)'))
    .addOption(
      oneOf(
        '--architecture <name>',
        'the network of weights that do not say theirs: vgg16 or vgg19',
        ARCHITECTURES,
      ),
    )
    .addOption(
      text('--normalise <folder>', "images over which the network's channels are made equally active first"),
    )
    .addOption(
      oneOf('--strength <which>', 'activations that count: all, top-k or non-top-k', STRENGTHS).default(
        'all',
      ),
    )
    .addOption(valued('--fraction <number>', 'share of a map that is its top-k (default: 0.05)', shareFrom))
    .addOption(
      oneOf(
        '--agreement <what>',
        'what agrees: gram, the correlations of channels, or activations, place by place',
        AGREEMENTS,
      ).default('gram'),
    )
    .addOption(valued('--steps <number>', 'steps, of 20 iterations each', countFrom).default(100))
    .addOption(
      valued(
        '--size <pixels>',
        'side of the image that the network sees, a multiple of 32',
        sizeFrom,
      ).default(256),
    )
    .addOption(valued('--seed <number>', 'seed of the noise that it starts from', seedFrom).default(0))
    .addOption(text('--out <file>', 'the picture, a PNG file'))
    .action(async (image: string, { weights, normalise, ...options }: Options) => {
      if (weights === undefined)
        throw new Error(
          'Name the network as well: --weights <vgg .safetensors>. npm run data -- weights vgg19 fetches one.',
        );
      const { runSynthesis } = await import('../runSynthesis');
      const { interruptSignal } = await import('../notebook/interrupt');
      await runSynthesis({
        ...options,
        image: path.resolve(image),
        weights: path.resolve(weights),
        normalise: normalise && path.resolve(normalise),
        signal: interruptSignal(),
        report: (line) => console.log(line),
      });
    });
}

function sizeFrom(given: string, flag: string): number {
  const size = sideFrom(given, flag);
  if (size % 32 !== 0) throw new Error(`${flag} takes a multiple of 32, e.g. 64 or 256, not "${given}".`);
  return size;
}
