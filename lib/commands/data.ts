import * as path from 'node:path';
import type { Command } from 'commander';
import { type Manual, newCommand } from './command';

export function dataCommand(): Command {
  const data = newCommand('data', {
    summary: 'write what shows the embedded data: sheets, icons, montages, the summary of humans',
    examples: [
      ['npm run data -- sheet', 'a contact sheet of Relief-16'],
      ['npm run data -- textures --help', 'help for one kind'],
    ],
    writes: 'one file or a few, whose names it prints',
  })
    .usage('<kind> [options]')
    .helpCommand(false);
  for (const kind of [sheetCommand(), texturesCommand(), iconsCommand(), montagesCommand(), humansCommand()])
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
