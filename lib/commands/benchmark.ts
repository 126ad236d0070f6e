import * as path from 'node:path';
import { type Command, Option } from 'commander';
import type { BenchmarkOptions } from '../runBenchmark';
import { newCommand } from './command';
import { onnxOptions, shareFrom, text, valued } from './options';

type Options = Omit<BenchmarkOptions, 'signal' | 'report'>;

export function benchmarkCommand(): Command {
  const [onnxInput, onnxSize] = onnxOptions();
  return newCommand('benchmark', {
    summary: 'measure trials (CSV files) or a network, and write a report',
    description:
      'The shape-bias benchmark of Geirhos et al. over trials (CSV files) or over a network: figures, tables, one page. Of a network also by which cues it decides, in other measures than shape bias: a page that says what each can and cannot say.',
    examples: [
      ['npm run benchmark -- --trials predictions', "anyone's CSV files"],
      ['npm run benchmark -- --trials predictions --humans raw-data', 'and answer by answer against humans'],
      ['npm run benchmark -- --model weights.safetensors --share 0.1', 'a network on a tenth of the images'],
      ['npm run benchmark -- --model weights.safetensors --stimuli folder', 'a network on images of yours'],
      [
        'npm run benchmark -- --model network.onnx --stimuli photographs',
        'photographs by class: what is left without shape, texture or colour',
      ],
      [
        'npm run benchmark -- --model vgg16.safetensors --architecture vgg16',
        "torchvision's or timm's weights",
      ],
      ['npm run benchmark -- --model network.onnx', "another framework's network: 1000 classes of ImageNet"],
      ['npm run benchmark -- --model network.onnx --input -1..1 --size 256', 'and what it wants of an image'],
      [
        'npm run benchmark -- --labels init --model weights.safetensors',
        'a mapping of its labels to fill in',
      ],
      ['npm run benchmark -- --model weights.safetensors --labels labels.json', 'a network of other labels'],
    ],
    writes:
      '.cache/benchmark (or --out): figures, tables, report.html and, of a network, measures.html and measures.md',
  })
    .addOption(text('--trials <folder>', "folder of CSV files in the toolbox's columns"))
    .addOption(text('--model <file>', 'network (.safetensors or .onnx) that is shown the sets first'))
    .addOption(
      text(
        '--architecture <name>',
        "the network of weights that do not say theirs, e.g. torchvision's: vgg16",
      ),
    )
    .addOption(onnxInput)
    .addOption(onnxSize)
    .addOption(
      text(
        '--stimuli <folder>',
        'folder of images for the network: of the 17 sets, or of photographs by class (default: the embedded sets)',
      ),
    )
    .addOption(
      new Option(
        '--no-measures',
        'leave out the measures beyond cue conflict, which take as long as the sets',
      ),
    )
    .addOption(
      valued(
        '--share <number>',
        "share of the papers' number of embedded images, or of the images in the folder, e.g. 0.5 (default: 1)",
        shareFrom,
      ),
    )
    .addOption(text('--name <name>', 'name of the network in figures (default: its file)'))
    .addOption(text('--humans <folder>', "folder of humans' raw answers, to compare answer by answer"))
    .addOption(
      text(
        '--labels <file>',
        'what other labels stand for, e.g. { "tabby": "cat", "tractor": null }; "init" writes an example',
      ),
    )
    .addOption(text('--out <folder>', 'folder of the report').default('.cache/benchmark'))
    .action(async (options: Options) => {
      const { runBenchmark } = await import('../runBenchmark');
      const { interruptSignal } = await import('../notebook/interrupt');
      await runBenchmark({
        ...options,
        out: path.resolve(options.out),
        signal: interruptSignal(),
        report: (line) => console.log(line),
      });
    });
}
