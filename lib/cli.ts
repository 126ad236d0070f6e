// The command line: parsing only. Each command loads what it needs when it runs, so that figures never wait for TensorFlow.
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { unknownName } from './suggest';

interface Flag {
  readonly type: 'string' | 'boolean';
  readonly help: string;
}

/** What was typed after a command, checked. */
interface Arguments {
  readonly names: readonly string[];
  has(flag: string): boolean;
  text(flag: string): string | undefined;
}

interface Command {
  readonly help: string;
  /** What may follow it, e.g. `[experiment]`; for usage. */
  readonly operands: string;
  readonly mostNames: number;
  readonly flags: Readonly<Record<string, Flag>>;
  /** Returns whether all went well. */
  run(given: Arguments): Promise<boolean>;
}

const PROFILE: Flag = { type: 'string', help: 'profile of the experiment, e.g. tiny (default) or paper' };
const SEEDS: Flag = { type: 'string', help: "seeds in place of the profile's, e.g. 0,1,2" };
const DATA: Flag = { type: 'string', help: 'folder of the images, for profiles that read image folders' };
const FRESH: Flag = { type: 'boolean', help: 'run even where a valid record is stored' };

/** Handed on to JupyterLab. */
const LAB_FLAGS: Readonly<Record<string, Flag>> = {
  'no-browser': { type: 'boolean', help: 'print the address only, e.g. on a remote machine' },
  'allow-root': { type: 'boolean', help: 'run as root, e.g. in a container' },
};

const COMMANDS: Readonly<Record<string, Command>> = {
  doctor: {
    help: 'check Node, kernel, engines, data, fonts and disk',
    operands: '',
    mostNames: 0,
    flags: { data: DATA },
    run: async (given) => (await import('./doctor')).doctor(inputsOf(given)),
  },
  reproduce: {
    help: 'run what has no valid record, then render figures, tables, ledger and notebooks',
    operands: '[experiment ...]',
    mostNames: Number.POSITIVE_INFINITY,
    flags: {
      profile: PROFILE,
      seeds: SEEDS,
      data: DATA,
      fresh: FRESH,
      engine: { type: 'string', help: 'engine of the runs; records of other engine families are run again' },
      jobs: { type: 'string', help: 'cells at a time (default: one a core)' },
    },
    run: async (given) => {
      const { EXPERIMENTS, findExperiment } = await import('./experiments/registry');
      const { reproduce } = await import('./experiments/reproduce');
      const { interruptSignal } = await import('./notebook/interrupt');
      return reproduce({
        experiments: given.names.length === 0 ? EXPERIMENTS : given.names.map((id) => findExperiment(id)),
        profile: given.text('profile') ?? 'tiny',
        seeds: seedsOf(given),
        inputs: inputsOf(given),
        fresh: given.has('fresh'),
        engine: given.text('engine') ?? process.env.GESTALT_ENGINE,
        jobs: jobsOf(given),
        signal: interruptSignal(),
        report: (line) => console.log(line),
        steps: [
          { name: 'figures', run: writeAll },
          { name: 'notebooks', run: () => executeNotebooks([]) },
        ],
      });
    },
  },
  figures: {
    help: 'write all figures and tables from the stored records',
    operands: '',
    mostNames: 0,
    flags: {},
    run: async () => {
      await writeAll();
      return true;
    },
  },
  notebooks: {
    help: 'execute notebooks (all, or those named) and write them back',
    operands: '[notebook ...]',
    mostNames: Number.POSITIVE_INFINITY,
    flags: { check: { type: 'boolean', help: 'execute without writing back' } },
    run: async (given) => {
      await executeNotebooks(given.names, given.has('check'));
      return true;
    },
  },
  lab: {
    help: 'open JupyterLab with the kernel of the repository',
    operands: '',
    mostNames: 0,
    flags: LAB_FLAGS,
    run: async (given) => {
      const args = Object.keys(LAB_FLAGS).filter((flag) => given.has(flag));
      return (
        (await (await import('./notebook/lab')).openLab({ args: args.map((flag) => `--${flag}`) })) === 0
      );
    },
  },
  claims: {
    help: 'print the ledger: what the papers claim, what was measured, verdicts',
    operands: '',
    mostNames: 0,
    flags: {},
    run: async () => {
      const { writeClaims } = await import('./figures/write');
      const { toMarkdown } = await import('./results/tables');
      console.log(toMarkdown(writeClaims()));
      return true;
    },
  },
  benchmark: {
    help: 'measure trials (CSV files) or a network, and write a report',
    operands: '',
    mostNames: 0,
    flags: {
      trials: { type: 'string', help: "folder of CSV files in the toolbox's columns" },
      model: { type: 'string', help: 'network (.safetensors) that is shown the sets first' },
      stimuli: { type: 'string', help: 'folder of images for the network (default: the embedded sets)' },
      share: { type: 'string', help: "share of the papers' number of embedded images, e.g. 0.5; default 1" },
      name: { type: 'string', help: 'name of the network in figures (default: its file)' },
      humans: { type: 'string', help: "folder of people's raw answers, to compare answer by answer" },
      out: { type: 'string', help: 'folder of the report (default: .cache/benchmark)' },
    },
    run: async (given) => {
      const { runBenchmark } = await import('./runBenchmark');
      const { interruptSignal } = await import('./notebook/interrupt');
      await runBenchmark({
        trials: given.text('trials'),
        model: given.text('model'),
        stimuli: given.text('stimuli'),
        share: shareOf(given),
        name: given.text('name'),
        humans: given.text('humans'),
        out: path.resolve(given.text('out') ?? '.cache/benchmark'),
        signal: interruptSignal(),
        report: (line) => console.log(line),
      });
      return true;
    },
  },
  data: {
    help: "sheet: write a contact sheet of Relief-16; textures: one of its textures; icons, montages: what figures show of the drawings; humans: people's summary from raw answers",
    operands: 'sheet|textures [file] | icons | montages | humans <folder>',
    mostNames: 2,
    flags: {},
    run: async (given) => {
      const [kind, file = `.cache/relief16-${kind}.png`] = requireNames(given, ['kind']);
      if (kind === 'humans') {
        const [, folder] = requireNames(given, ['kind', 'folder']);
        const { HUMAN_SUMMARY, writeHumanSummary } = await import('./benchmark/humans');
        writeHumanSummary(path.resolve(folder));
        console.log(path.relative(process.cwd(), HUMAN_SUMMARY));
        return true;
      }
      if (kind === 'icons') {
        const { CATEGORY_ICONS_FILE, writeCategoryIcons } = await import('./data/relief16/categoryIcons');
        writeCategoryIcons();
        console.log(path.relative(process.cwd(), CATEGORY_ICONS_FILE));
        return true;
      }
      if (kind === 'montages') {
        const { reliefMontages } = await import('./benchmark/montageRecords');
        const { writeMontage } = await import('./results/montage');
        for (const montage of await reliefMontages())
          console.log(path.relative(process.cwd(), writeMontage(montage)));
        return true;
      }
      const sheets = await import('./data/relief16/contactSheet');
      const writers: Record<string, (file: string) => Promise<void>> = {
        sheet: sheets.writeContactSheet,
        textures: sheets.writeTextureSheet,
      };
      if (writers[kind] === undefined)
        throw unknownName('kind of data', kind, [...Object.keys(writers), 'icons', 'montages', 'humans']);
      await writers[kind](path.resolve(file));
      console.log(file);
      return true;
    },
  },
  'engine:native': {
    help: 'build the native engine on TensorFlow 2.21 (Linux; fetches about 0.3 GB)',
    operands: '',
    mostNames: 0,
    flags: {
      cuda: { type: 'boolean', help: 'for an NVIDIA card: with CUDA 12 (fetches about 3 GB)' },
      remove: { type: 'boolean', help: 'remove what was built' },
    },
    run: async (given) => {
      const { buildNative, removeNative } = await import('./engine/native/build');
      if (given.has('cuda') && given.has('remove'))
        throw new Error('--remove takes no --cuda: there is one build.');
      if (given.has('remove')) console.log(removeNative() ? 'Removed.' : 'There was nothing to remove.');
      else buildNative({ cuda: given.has('cuda') });
      return true;
    },
  },
  confirm: {
    help: 'run cells again with changed code; if every number is the same, records of the earlier code stay valid',
    operands: '<experiment> <cell ...>',
    mostNames: Number.POSITIVE_INFINITY,
    flags: { profile: PROFILE, data: DATA },
    run: async (given) => {
      const [experiment, ...cells] = requireNames(given, ['experiment', 'cell']);
      const { findExperiment } = await import('./experiments/registry');
      const { confirm } = await import('./experiments/confirm');
      const { interruptSignal } = await import('./notebook/interrupt');
      return confirm(cells, {
        experiment: findExperiment(experiment),
        profile: given.text('profile') ?? 'tiny',
        inputs: inputsOf(given),
        signal: interruptSignal(),
        report: (line) => console.log(line),
      });
    },
  },
  cell: {
    help: 'run one cell of an experiment in this process',
    operands: '<experiment> <cell>',
    mostNames: 2,
    flags: { profile: PROFILE, seeds: SEEDS, data: DATA, fresh: FRESH },
    run: async (given) => {
      const [experiment, cell] = requireNames(given, ['experiment', 'cell']);
      const { findExperiment } = await import('./experiments/registry');
      const { familyOf } = await import('./experiments/plan');
      const { runCell } = await import('./experiments/runCell');
      const { endWithParent } = await import('./experiments/localProcesses');
      const { interruptSignal } = await import('./notebook/interrupt');
      const seeds = seedsOf(given);
      endWithParent(() => process.kill(process.pid, 'SIGINT'));
      await runCell(cell, {
        experiment: findExperiment(experiment),
        profile: given.text('profile') ?? 'tiny',
        overrides: seeds === undefined ? {} : { seeds },
        inputs: inputsOf(given),
        engineFamily: await familyOf(process.env.GESTALT_ENGINE, { quiet: true }),
        fresh: given.has('fresh'),
        signal: interruptSignal(),
        report: (line) => console.log(line),
      });
      return true;
    },
  },
};

/** Figures, tables and the ledger. */
async function writeAll(): Promise<void> {
  const { writeClaims, writeFigures } = await import('./figures/write');
  for (const file of await writeFigures()) console.log(path.relative(process.cwd(), file));
  writeClaims();
}

async function executeNotebooks(names: readonly string[], check = false): Promise<void> {
  const { runNotebooks } = await import('./notebook/runner');
  await runNotebooks(names, { check });
}

function seedsOf(given: Arguments): number[] | undefined {
  const text = given.text('seeds');
  if (text === undefined) return undefined;
  const seeds = text.split(',').map(Number);
  if (!/^\d+(,\d+)*$/.test(text)) throw new Error(`--seeds takes whole numbers, e.g. 0,1,2; not "${text}".`);
  return [...new Set(seeds)];
}

function jobsOf(given: Arguments): number | undefined {
  const text = given.text('jobs');
  if (text !== undefined && !/^[1-9]\d*$/.test(text))
    throw new Error(`--jobs takes a whole number from 1, not "${text}".`);
  return text === undefined ? undefined : Number(text);
}

function shareOf(given: Arguments): number | undefined {
  const text = given.text('share');
  if (text !== undefined && !(Number(text) > 0 && Number(text) <= 1))
    throw new Error(`--share takes a number above 0 and at most 1, not "${text}".`);
  return text === undefined ? undefined : Number(text);
}

function inputsOf(given: Arguments): { data?: string } {
  const data = given.text('data');
  return data === undefined ? {} : { data: path.resolve(data) };
}

function requireNames(given: Arguments, kinds: readonly string[]): string[] {
  const missing = kinds[given.names.length];
  if (missing !== undefined)
    throw new Error(`Name the ${missing} as well: ${kinds.map((kind) => `<${kind}>`).join(' ')}.`);
  return [...given.names];
}

/** Parses what follows a command. Throws, with the nearest, on an unknown flag. */
function parse(name: string, command: Command, words: string[]): Arguments {
  const { tokens } = parseArgs({
    args: words,
    options: { ...command.flags },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const values = new Map<string, string | undefined>();
  const names: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') names.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = command.flags[token.name];
    if (flag === undefined) {
      throw unknownName(
        `flag of ${name}`,
        token.rawName,
        Object.keys(command.flags).map((known) => `--${known}`),
      );
    }
    if (flag.type === 'string' && !token.value)
      throw new Error(`--${token.name} needs a value: ${flag.help}.`);
    if (flag.type === 'boolean' && token.value !== undefined)
      throw new Error(`--${token.name} takes no value.`);
    values.set(token.name, token.value);
  }
  if (names.length > command.mostNames)
    throw new Error(`${name} takes no "${names[command.mostNames]}". ${usageOf(name)}`);
  return { names, has: (flag) => values.has(flag), text: (flag) => values.get(flag) };
}

function usageOf(name: string): string {
  const { operands, flags } = COMMANDS[name];
  const shown = Object.entries(flags).map(
    ([flag, { type }]) => `[--${flag}${type === 'string' ? ' <value>' : ''}]`,
  );
  return ['Usage: npm run', name, ...(operands || shown.length > 0 ? ['--'] : []), operands, ...shown]
    .filter(Boolean)
    .join(' ');
}

function usage(): string {
  const lines = Object.entries(COMMANDS).flatMap(([name, { help, operands, flags }]) => [
    `  ${`${name} ${operands}`.padEnd(30)} ${help}`,
    ...Object.entries(flags).map(([flag, { help: meaning }]) => `      ${`--${flag}`.padEnd(26)} ${meaning}`),
  ]);
  return ['Usage: npm run <command> [-- <arguments>]', '', ...lines].join('\n');
}

/** Runs a command line and returns the exit code: 0 well, 1 not, 130 interrupted. */
export async function main(words: readonly string[]): Promise<number> {
  const [name = 'help', ...rest] = words;
  if (['help', '--help', '-h'].includes(name) || rest.includes('--help')) {
    console.log(usage());
    return 0;
  }
  try {
    if (!Object.hasOwn(COMMANDS, name)) throw unknownName('command', name, Object.keys(COMMANDS));
    const command = COMMANDS[name];
    return (await command.run(parse(name, command, rest))) ? 0 : 1;
  } catch (error) {
    console.error((error as Error).message);
    return (error as Error).name === 'Interrupted' ? 130 : 1;
  }
}

if (require.main === module) {
  main(process.argv.slice(2)).then((code) => {
    process.exitCode = code;
  });
}
