import * as path from 'node:path';
import type { Command, Option } from 'commander';
import type { DecoderProfile } from '../experiments/trainStyleDecoder';
import { type Manual, newCommand } from './command';
import { countFrom, needsValue, numberFrom, oneOf, seedFrom, sideFrom, text, valued } from './options';

/** Depth-Anything (the first version), small: the family that LocNet's authors used. Apache-2.0, about 100 MB. */
const DEPTH_MODEL = 'Xenova/depth-anything-small-hf';
const DEPTH_FORMATS = ['jpeg', 'png'] as const;
const DECODER_PROFILES: readonly DecoderProfile[] = ['tiny', 'paper'];

export function dataCommand(): Command {
  const data = newCommand('data', {
    summary:
      'write what shows the embedded data: sheets, icons, montages, the summary of humans; make depth maps and stylised images; fetch weights',
    examples: [
      ['npm run data -- sheet', 'a contact sheet of Relief-16'],
      ['npm run data -- textures --help', 'help for one kind'],
    ],
    writes: 'one file or a few, whose names it prints',
  })
    .usage('<kind> [options]')
    .helpCommand(false);
  for (const kind of [
    sheetCommand(),
    texturesCommand(),
    iconsCommand(),
    montagesCommand(),
    humansCommand(),
    depthCommand(),
    decoderCommand(),
    styliseCommand(),
    weightsCommand(),
  ])
    data.addCommand(kind);
  return data;
}

function sheetCommand(): Command {
  return sheetLike('sheet', {
    summary: 'write a contact sheet of Relief-16',
    examples: [['npm run data -- sheet sheet.png', 'every class under every manipulation']],
    writes: 'the file named, or .cache/relief16-sheet.png',
  }).action(async (file: string) => {
    const { writeContactSheet } = await import('../data/relief16/contactSheet');
    await writeContactSheet(path.resolve(file));
    console.log(file);
  });
}

function texturesCommand(): Command {
  return sheetLike('textures', {
    summary: 'write a contact sheet of the textures of Relief-16',
    examples: [['npm run data -- textures textures.png', 'every texture']],
    writes: 'the file named, or .cache/relief16-textures.png',
  }).action(async (file: string) => {
    const { writeTextureSheet } = await import('../data/relief16/contactSheet');
    await writeTextureSheet(path.resolve(file));
    console.log(file);
  });
}

function sheetLike(name: string, manual: Manual): Command {
  return newCommand(name, manual).argument('[file]', 'PNG file to write', `.cache/relief16-${name}.png`);
}

function iconsCommand(): Command {
  return newCommand('icons', {
    summary: 'write the symbols of the classes that figures show',
    examples: [['npm run data -- icons', 'after a drawing has changed']],
    writes: "the drawings' outlines as Vega symbols, under data/",
  }).action(async () => {
    const { CATEGORY_ICONS_FILE, writeCategoryIcons } = await import('../data/relief16/categoryIcons');
    writeCategoryIcons();
    console.log(path.relative(process.cwd(), CATEGORY_ICONS_FILE));
  });
}

function montagesCommand(): Command {
  return newCommand('montages', {
    summary: 'write the montages of the sets that figures show',
    examples: [['npm run data -- montages', 'after a drawing or a distortion has changed']],
    writes: 'one record of pictures a montage, under data/',
  }).action(async () => {
    const { reliefMontages } = await import('../benchmark/montageRecords');
    const { writeMontage } = await import('../results/montage');
    for (const montage of await reliefMontages())
      console.log(path.relative(process.cwd(), writeMontage(montage)));
  });
}

function humansCommand(): Command {
  return newCommand('humans', {
    summary: "write humans' summary from their raw answers",
    examples: [['npm run data -- humans raw-data', 'from the raw-data folder of model-vs-human']],
    writes: 'the summary of all humans a set, under data/humans',
  })
    .argument('<folder>', 'raw answers (of the model-vs-human repository)')
    .action(async (folder: string) => {
      const { HUMAN_SUMMARY, writeHumanSummary } = await import('../benchmark/humans');
      writeHumanSummary(path.resolve(folder));
      console.log(path.relative(process.cwd(), HUMAN_SUMMARY));
    });
}

interface DepthOptions {
  to?: string;
  model: string;
  format: (typeof DEPTH_FORMATS)[number];
}

function depthCommand(): Command {
  return newCommand('depth', {
    summary: 'make depth maps of images with Depth-Anything',
    description:
      "The depth maps of all images below a folder, in LocNet's layout: {train,val}/<synset>/<stem>_depth.JPEG. Maps that are there are kept.",
    examples: [
      ['npm run data -- depth imagenet', 'to imagenet-depth; the model is downloaded once'],
      ['npm run data -- depth imagenet --to depth --format png', 'to another folder, without loss'],
      ['npm run data -- depth imagenet --model depth-anything-small-hf', 'with a model in a folder'],
    ],
    writes: 'a depth map an image, 8-bit grey, near bright, and depth.json, which names the model',
    failed: 'an image could not be read (the others are done), or nothing could be done; stderr says why',
  })
    .argument('<folder>', 'images, in any folders below it')
    .addOption(text('--to <folder>', 'folder of the depth maps (default: that of the images with -depth)'))
    .addOption(
      text('--model <model>', 'a folder, an .onnx file, or a model of the Hugging Face hub').default(
        DEPTH_MODEL,
      ),
    )
    .addOption(oneOf('--format <format>', 'jpeg or png', DEPTH_FORMATS).default('jpeg'))
    .action(makeDepthMaps);
}

function weightsCommand(): Command {
  return newCommand('weights', {
    summary: "fetch torchvision's weights from ImageNet",
    description:
      'The weights of resnet18, resnet50, vgg16 or vgg19, from timm on the Hugging Face hub; checked against its checksum. What is there is kept. Of alexnet, which is not there, it says how to make them.',
    examples: [['npm run data -- weights vgg16', 'half a gigabyte, downloaded once']],
    writes: 'model.safetensors, under .cache/models; it prints the path and a command that uses it',
  })
    .argument('<network>', 'resnet18, resnet50, vgg16, vgg19 or alexnet')
    .action(async (network: string) => {
      const { pretrainedWeights } = await import('../data/pretrainedWeights');
      const { interruptSignal } = await import('../notebook/interrupt');
      const report = (line: string): void => console.log(line);
      const { file, spec } = await pretrainedWeights(network, { signal: interruptSignal(), report });
      const shown = path.relative(process.cwd(), file);
      console.log(shown);
      console.log(
        `npm run benchmark -- --model ${shown} --architecture ${spec.architecture} --name ${network}`,
      );
    });
}

interface DecoderOptions {
  architecture?: string;
  images?: string;
  profile: DecoderProfile;
  size?: number;
  epochs?: number;
  rate?: number;
  seed: number;
  out?: string;
}

function decoderCommand(): Command {
  return newCommand('decoder', {
    summary: 'train the decoder of style transfer for a VGG',
    description:
      'The decoder that npm run data -- stylise needs: from relu4_1 of a VGG-16 or VGG-19 back to images (AdaIN, Huang and Belongie 2017). The VGG stays as it is. Trained on Relief-16, or on images of yours. A run that was stopped goes on.',
    examples: [
      ['npm run data -- decoder vgg.safetensors', 'on Relief-16; minutes for a narrow VGG'],
      [
        'npm run data -- decoder vgg19.safetensors --architecture vgg19 --images photos --profile paper',
        "as in the paper, for torchvision's weights",
      ],
    ],
    writes: 'the decoder as safetensors (--out, or the name of the VGG with -decoder)',
  })
    .argument('<encoder>', 'a VGG-16 or VGG-19 (.safetensors)')
    .addOption(architectureOption())
    .addOption(text('--images <folder>', 'images to train on, in any folders below it (default: Relief-16)'))
    .addOption(
      oneOf(
        '--profile <profile>',
        'tiny (64 pixels, 10 epochs) or paper (256 pixels, 16 epochs)',
        DECODER_PROFILES,
      ).default('tiny'),
    )
    .addOption(
      valued('--size <pixels>', 'side of the crops, a multiple of 8 (default: of the profile)', sideFrom),
    )
    .addOption(valued('--epochs <count>', 'passes over the images (default: of the profile)', countFrom))
    .addOption(valued('--rate <number>', 'learning rate of Adam (default: of the profile)', numberFrom))
    .addOption(valued('--seed <number>', 'of initial weights, order and crops', seedFrom).default(0))
    .addOption(text('--out <file>', 'file of the decoder'))
    .action(trainDecoder);
}

interface StyliseOptions {
  styles?: string;
  encoder?: string;
  decoder?: string;
  architecture?: string;
  alpha: number;
  size: number;
  seed: number;
  out?: string;
}

function styliseCommand(): Command {
  return newCommand('stylise', {
    summary: 'make stylised copies of images by AdaIN',
    description:
      'Every image below a folder in the style of another image (AdaIN, Huang and Belongie 2017): what makes the stylised test sets of the Top-K study. Which style an image gets follows from the seed and the path of the image. Images that are there are kept.',
    examples: [
      [
        'npm run data -- stylise test --styles paintings --encoder vgg.safetensors --decoder vgg-decoder.safetensors',
        'to test-stylised',
      ],
      [
        'npm run data -- stylise test --styles relief16 --encoder vgg.safetensors --decoder vgg-decoder.safetensors --alpha 1 --out styled',
        "in Relief-16's random textures, wholly",
      ],
      ['npm run data -- decoder vgg.safetensors', 'first: the decoder for this VGG'],
    ],
    writes: 'a PNG an image, in folders of the same names, and stylised.json: settings, weights and styles',
    failed: 'an image could not be read (the others are done), or nothing could be done; stderr says why',
  })
    .argument('<folder>', 'images, in any folders below it')
    .addOption(text('--styles <folder>', 'images whose styles are taken, or relief16: its random textures'))
    .addOption(text('--encoder <file>', 'a VGG-16 or VGG-19 (.safetensors)'))
    .addOption(text('--decoder <file>', 'its decoder (.safetensors)'))
    .addOption(architectureOption())
    .addOption(
      valued('--alpha <number>', 'from 0, the content, to 1, the whole style', numberFrom).default(0.5),
    )
    .addOption(valued('--size <pixels>', 'shorter side, a multiple of 8', sideFrom).default(256))
    .addOption(valued('--seed <number>', 'of the choice of styles', seedFrom).default(0))
    .addOption(
      text('--out <folder>', 'folder of the stylised images (default: that of the images with -stylised)'),
    )
    .action(makeStylisedImages);
}

function architectureOption(): Option {
  return text('--architecture <name>', "of weights that do not say theirs, e.g. torchvision's: vgg19");
}

async function makeDepthMaps(images: string, options: DepthOptions): Promise<void> {
  const { writeDepthMaps } = await import('../data/depthMaps/writeDepthMaps');
  const { interruptSignal } = await import('../notebook/interrupt');
  const { progressBar } = await import('../notebook/progressBar');
  let bar: ReturnType<typeof progressBar> | undefined;
  const result = await writeDepthMaps({
    images,
    ...options,
    signal: interruptSignal(),
    report: (line) => console.log(line),
    onStart(total, kept) {
      bar = progressBar({ total, start: kept, label: 'depth maps' });
    },
    onProgress: (done) => bar?.update(done),
  }).finally(() => bar?.finish());
  const { to, made, kept } = result;
  console.log(`${path.relative(process.cwd(), to)}: ${made} depth maps made, ${kept} kept`);
  throwFailed(result);
}

async function trainDecoder(encoder: string, { out, rate, ...options }: DecoderOptions): Promise<void> {
  const { trainStyleDecoder } = await import('../experiments/trainStyleDecoder');
  const { interruptSignal } = await import('../notebook/interrupt');
  const { progressBar } = await import('../notebook/progressBar');
  const to = path.resolve(out ?? encoder.replace(/(\.safetensors)?$/, '-decoder.safetensors'));
  let bar: ReturnType<typeof progressBar> | undefined;
  const { curve } = await trainStyleDecoder({
    ...options,
    encoder,
    to,
    learningRate: rate,
    signal: interruptSignal(),
    onStart(total, start) {
      bar = progressBar({ total, start, unit: 'steps', label: 'decoder' });
    },
    onStep: ({ step }) => bar?.update(step),
  }).finally(() => bar?.finish());
  for (const [when, row] of [
    ['first', curve[0]],
    ['last', curve[curve.length - 1]],
  ] as const) {
    const { content, style } = row.terms;
    console.log(`${when} epoch: content ${content.toPrecision(3)}, style ${style.toPrecision(3)}`);
  }
  console.log(path.relative(process.cwd(), to));
}

async function makeStylisedImages(
  images: string,
  { styles, encoder, decoder, out, ...options }: StyliseOptions,
): Promise<void> {
  if (styles === undefined)
    throw needsValue({ long: '--styles', description: 'a folder of images, or relief16' });
  if (encoder === undefined) throw needsValue({ long: '--encoder', description: 'a VGG (.safetensors)' });
  if (decoder === undefined)
    throw needsValue({ long: '--decoder', description: 'what npm run data -- decoder <encoder> writes' });
  const { styliseFolder } = await import('../experiments/styliseFolder');
  const { interruptSignal } = await import('../notebook/interrupt');
  const { progressBar } = await import('../notebook/progressBar');
  let bar: ReturnType<typeof progressBar> | undefined;
  const result = await styliseFolder({
    ...options,
    images,
    styles,
    encoder,
    decoder,
    to: out,
    signal: interruptSignal(),
    onStart(total, kept) {
      bar = progressBar({ total, start: kept, label: 'stylised images' });
    },
    onProgress: (done) => bar?.update(done),
  }).finally(() => bar?.finish());
  const { to, made, kept } = result;
  console.log(`${path.relative(process.cwd(), to)}: ${made} images stylised, ${kept} kept`);
  throwFailed(result);
}

/** The images that failed, by their reasons. */
function throwFailed(result: {
  made: number;
  kept: number;
  failed: readonly { readonly reason: string }[];
}): void {
  const { made, kept, failed } = result;
  if (failed.length === 0) return;
  throw new Error(
    [
      `${failed.length} of ${made + kept + failed.length} images failed:`,
      ...failed.map(({ reason }) => `  ${reason}`),
    ].join('\n'),
  );
}
