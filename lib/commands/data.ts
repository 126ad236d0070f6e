import * as path from 'node:path';
import type { Command } from 'commander';
import { unknownName } from '../suggest';
import { type Manual, newCommand } from './command';
import { text, valued } from './options';

/** Depth-Anything (the first version), small: the family that LocNet's authors used. Apache-2.0, about 100 MB. */
const DEPTH_MODEL = 'Xenova/depth-anything-small-hf';
const DEPTH_FORMATS = ['jpeg', 'png'] as const;

export function dataCommand(): Command {
  const data = newCommand('data', {
    summary:
      'write what shows the embedded data: sheets, icons, montages, the summary of humans; make depth maps; fetch weights',
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
    .addOption(valued('--format <format>', 'jpeg or png', formatFrom).default('jpeg'))
    .action(makeDepthMaps);
}

function weightsCommand(): Command {
  return newCommand('weights', {
    summary: "fetch torchvision's weights from ImageNet",
    description:
      'The weights of resnet18, resnet50, vgg16 or vgg19, from timm on the Hugging Face hub; checked against its checksum. What is there is kept.',
    examples: [['npm run data -- weights vgg16', 'half a gigabyte, downloaded once']],
    writes: 'model.safetensors, under .cache/models; it prints the path and a command that uses it',
  })
    .argument('<network>', 'resnet18, resnet50, vgg16 or vgg19')
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

function formatFrom(given: string): DepthOptions['format'] {
  const format = DEPTH_FORMATS.find((known) => known === given);
  if (format === undefined) throw unknownName('format', given, DEPTH_FORMATS);
  return format;
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
  const { to, made, kept, failed } = result;
  console.log(`${path.relative(process.cwd(), to)}: ${made} depth maps made, ${kept} kept`);
  if (failed.length > 0)
    throw new Error(
      [
        `${failed.length} of ${made + kept + failed.length} images failed:`,
        ...failed.map(({ reason }) => `  ${reason}`),
      ].join('\n'),
    );
}
