import * as path from 'node:path';
import { type Command, Option } from 'commander';
import type { PixelRange } from '../benchmark/pixelRanges';
import { newCommand } from './command';
import { onnxOptions, seedFrom, text, valued } from './options';

interface Options {
  network?: string;
  input?: PixelRange;
  size?: number;
  parts?: number;
  skipBad?: boolean;
}

export function fidCommand(): Command {
  const [onnxInput, onnxSize] = onnxOptions();
  return newCommand('fid', {
    summary: 'how far apart two folders of images are (FID and KID)',
    description:
      "Fréchet and kernel distance between generated and real images, by the features of Gestalt's own network or of one of yours.",
    examples: [
      ['npm run fid -- samples photographs', "by the features of Gestalt's own network"],
      [
        'npm run fid -- samples photographs --network inception.onnx --input -1..1 --size 299',
        'by those of a network in ONNX, one vector an image',
      ],
    ],
    writes: 'the features of both folders in .cache/fid',
  })
    .argument('<generated>', 'folder of images')
    .argument('<real>', 'folder of images')
    .addOption(text('--network <file>', 'network (.safetensors, or .onnx with one output of [N, features])'))
    .addOption(onnxInput)
    .addOption(onnxSize)
    .addOption(
      valued(
        '--parts <number>',
        'parts that are left out in turn for the intervals, 0 for none (default: 20, or fewer where there are few images)',
        seedFrom,
      ),
    )
    .addOption(new Option('--skip-bad', 'leave out images that cannot be read'))
    .action(async (generated: string, real: string, options: Options) => {
      const { runFid } = await import('../runFid');
      const { interruptSignal } = await import('../notebook/interrupt');
      await runFid({
        ...options,
        generated: path.resolve(generated),
        real: path.resolve(real),
        signal: interruptSignal(),
        report: (line) => console.log(line),
      });
    });
}
