// One look at everything that can be missing, each finding with its fix.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { foldersIn, imagesIn } from './data/imageFiles';
import { fromRoot, ROOT } from './files';

/** One line of the doctor's table. */
export interface Finding {
  readonly what: string;
  readonly good: boolean;
  readonly found: string;
  /** What to do when it is bad; empty when it is good. */
  readonly fix: string;
  /** Without it something essential does not work: the doctor's exit code is 1. */
  readonly required: boolean;
}

export interface DoctorOptions {
  /** Folder of the images for profiles that read image folders, if any. */
  data?: string;
  print?: (text: string) => void;
}

/** Prints the table of findings. Returns whether everything required is good. */
export async function doctor(options: DoctorOptions = {}): Promise<boolean> {
  const { data, print = console.log } = options;
  const findings = await examine(data);
  print(formatFindings(findings));
  return findings.every(({ good, required }) => good || !required);
}

/** All findings; engines are started in processes of their own, once, to measure their speed. A check that itself fails is a
 *  bad finding, never an error. */
export async function examine(data?: string): Promise<Finding[]> {
  const checks = [
    checkNode,
    checkKernel,
    checkEngines,
    checkTensorFlowCopies,
    checkDrawings,
    checkImageCache,
  ];
  const rest = [() => checkImageFolders(data), checkFonts, checkDisk, checkJupyter];
  const findings = await Promise.all([...checks, ...rest].map(async (check) => attempt(check)));
  return findings.flat();
}

type Check = () => Finding | Finding[] | Promise<Finding | Finding[]>;

async function attempt(check: Check): Promise<Finding[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    const what = check.name.replace(/^check/, '').toLowerCase();
    return [bad(what, (error as Error).message, 'npm ci installs what the checks need')];
  }
}

function good(what: string, found: string): Finding {
  return { what, good: true, found, fix: '', required: false };
}

function bad(what: string, found: string, fix: string, { required = true } = {}): Finding {
  return { what, good: false, found, fix, required };
}

function checkNode(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const fits = (major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22;
  if (fits) return good('Node', process.version);
  return bad('Node', process.version, 'install Node 20.19 or later of the 20 line, or 22.12 or later');
}

function checkKernel(): Finding {
  const versionOf = (name: string): string => JSON.parse(fs.readFileSync(packageFile(name), 'utf8')).version;
  for (const name of ['tslab', '@tslab/typescript-for-tslab']) {
    if (!fs.existsSync(packageFile(name))) return bad('kernel', `${name} is not installed`, 'npm ci');
  }
  const launcher = fromRoot('lib', 'notebook', 'jupyter', 'kernels', 'tslab', 'launch.cjs');
  if (!fs.existsSync(launcher)) {
    return bad('kernel', 'the launcher is missing', `git checkout -- ${path.relative(ROOT, launcher)}`);
  }
  return good(
    'kernel',
    `tslab ${versionOf('tslab')}, TypeScript ${versionOf('@tslab/typescript-for-tslab')}, launcher`,
  );
}

function packageFile(name: string): string {
  return fromRoot('node_modules', ...name.split('/'), 'package.json');
}

/** The ladder: only its last rung is required, the better ones are offers. Speeds are measured one after the other. */
async function checkEngines(): Promise<Finding[]> {
  const { inspectEngines } = await import('./engine/engine');
  const { engineSpeed } = await import('./engine/speed');
  const findings: Finding[] = [];
  for (const report of await inspectEngines()) {
    const { name, available, reason, fix } = report;
    const what = `engine ${name}`;
    const required = name === 'wasm';
    const speed = available ? await engineSpeed(report) : undefined;
    if (speed !== undefined) findings.push(good(what, `${reason}; ${speed.toFixed(0)} GFLOP/s`));
    else if (available)
      findings.push(bad(what, `${reason}, but it does not start`, startFix(name), { required }));
    else findings.push(bad(what, reason, fix, { required }));
  }
  return findings;
}

function startFix(name: string): string {
  return `see why: GESTALT_ENGINE=${name} npm run cell -- topk-training paper-topk--s1--seed0`;
}

function checkTensorFlowCopies(): Finding {
  const copies = findPackages(fromRoot('node_modules'), path.join('@tensorflow', 'tfjs-core'));
  const what = 'copies of TensorFlow.js';
  if (copies.length === 1) return good(what, '1');
  const found = copies.length === 0 ? 'none' : copies.map((copy) => path.relative(ROOT, copy)).join(', ');
  return bad(what, found, 'rm -rf node_modules && npm ci; tensors of one copy are strangers to another');
}

/** Where a package lies in a tree of node_modules, nested copies included. */
function findPackages(modules: string, name: string): string[] {
  if (!fs.existsSync(modules)) return [];
  const found = fs.existsSync(path.join(modules, name, 'package.json')) ? [path.join(modules, name)] : [];
  for (const folder of packageFolders(modules)) {
    found.push(...findPackages(path.join(modules, folder, 'node_modules'), name));
  }
  return found;
}

function packageFolders(modules: string): string[] {
  return fs.readdirSync(modules).flatMap((entry) => {
    if (!entry.startsWith('@')) return [entry];
    return fs.readdirSync(path.join(modules, entry)).map((inner) => path.join(entry, inner));
  });
}

async function checkDrawings(): Promise<Finding> {
  const { readPack } = await import('./data/relief16/pack');
  try {
    const drawings = Object.values(readPack()).flat().length;
    return good('Relief-16 drawings', `${drawings} drawings of 16 classes`);
  } catch (error) {
    return bad('Relief-16 drawings', (error as Error).message, 'git checkout -- data/drawings');
  }
}

async function checkImageCache(): Promise<Finding> {
  const { cacheFile } = await import('./data/relief16/drawings');
  const { CLASS_NAMES } = await import('./data/relief16/classes');
  const { readPack } = await import('./data/relief16/pack');
  const pack = readPack();
  const ready = CLASS_NAMES.filter((name) => fs.existsSync(cacheFile(pack, name))).length;
  const what = 'Relief-16 cache';
  if (ready === CLASS_NAMES.length) return good(what, 'all drawings prepared');
  const fix = 'nothing to do: the first use prepares them, in half a minute';
  return bad(what, `${ready} of ${CLASS_NAMES.length} classes prepared`, fix, { required: false });
}

/** What experiments read below --data: folders of images, and files of weights. */
const LAYOUTS: Readonly<Record<string, readonly string[]>> = {
  'topk-training': ['train/', 'test/', 'stylised_test/'],
  locnet: ['images/train/', 'images/val/', 'depth/train/', 'depth/val/'],
  'texture-synthesis': ['images/', 'weights/vgg19.safetensors'],
  'topk-inference': ['cue-conflict/', 'weights/alexnet.safetensors', 'weights/vgg16.safetensors'],
  'stimuli-transfer': ['edge/', 'silhouette/', 'cue-conflict/'],
  'few-shot-gan, profile photographs': ['jeep/'],
  'few-shot-gan, profile paper': ['jeep/', 'fish/', 'railway/', 'table/', 'in-s1-5/', 'in-s3-1/'],
};

/** Whether a folder is laid out as an experiment reads it. Which classes and depth maps it holds is for the experiment to check. */
export function checkImageFolders(data: string | undefined): Finding {
  const what = 'image folders';
  if (data === undefined) {
    const fix = 'only for profiles that read image folders, such as paper: --data <folder>';
    return bad(what, 'none given', fix, { required: false });
  }
  const stat = fs.statSync(data, { throwIfNoEntry: false });
  if (stat === undefined) return bad(what, `${data} does not exist`, 'give the folder of the images');
  if (!stat.isDirectory()) return bad(what, `${data} is no folder`, 'give the folder of the images');
  const looks = Object.entries(LAYOUTS).map(([name, parts]) => lookFor(name, parts, data));
  const whole = looks.filter(({ faults }) => faults === '').map(({ name }) => name);
  if (whole.length > 0) return good(what, `${data}, as read by ${whole.join('; ')}`);
  const nearest = looks.reduce((best, look) => (look.found > best.found ? look : best));
  if (nearest.found > 0) return bad(what, `${data} ${nearest.faults}`, nearest.wanted);
  const all = looks.map(({ wanted }) => wanted).join('; ');
  return bad(what, `${data} is laid out for no experiment`, all);
}

/** How far a folder is laid out for an experiment: the share of what it reads that is there, and what is wrong. */
function lookFor(
  name: string,
  parts: readonly string[],
  data: string,
): { name: string; wanted: string; found: number; faults: string } {
  const missing = parts.filter((part) => !fs.existsSync(path.join(data, part)));
  const empty = parts.filter(
    (part) => part.endsWith('/') && !missing.includes(part) && !holdsImages(path.join(data, part)),
  );
  const faults = [
    ...(missing.length === 0 ? [] : [`lacks ${missing.join(', ')}`]),
    ...(empty.length === 0 ? [] : [`has no images in ${empty.join(', ')}`]),
  ];
  return {
    name,
    wanted: `${name} reads ${parts.join(', ')}`,
    found: 1 - missing.length / parts.length,
    faults: faults.join(' and '),
  };
}

/** Looks no deeper than classes lie, so that links that go round in a circle come to an end. */
function holdsImages(folder: string, depth = 2): boolean {
  if (imagesIn(folder).length > 0) return true;
  return depth > 0 && foldersIn(folder).some((name) => holdsImages(path.join(folder, name), depth - 1));
}

async function checkFonts(): Promise<Finding> {
  const { fontsAvailable, NO_FONTS_MESSAGE } = await import('./figures/render');
  if (await fontsAvailable()) return good('fonts', 'text can be drawn');
  return bad('fonts', 'none', NO_FONTS_MESSAGE, { required: false });
}

function checkDisk(): Finding {
  const { bavail, bsize } = fs.statfsSync(ROOT);
  const gigabytes = (bavail * bsize) / 1e9;
  const found = `${gigabytes.toFixed(1)} GB free`;
  return gigabytes >= 2
    ? good('disk', found)
    : bad('disk', found, 'free at least 2 GB for caches and checkpoints');
}

async function checkJupyter(): Promise<Finding> {
  const what = 'JupyterLab (optional)';
  const { findJupyterLab } = await import('./notebook/lab');
  const lab = findJupyterLab();
  if (lab !== undefined) return good(what, lab.version);
  const fix = 'npm run lab makes one in .venv (needs Python 3); notebooks run without it';
  return bad(what, 'not found', fix, { required: false });
}

/** The findings as a table, one line each; the fix below what is bad. */
export function formatFindings(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ what }) => what.length));
  return findings
    .flatMap(({ what, good: isGood, found, fix, required }) => [
      `${isGood ? '✔' : required ? '✘' : '–'} ${what.padEnd(width)}  ${found}`,
      ...(fix === '' ? [] : [`  ${''.padEnd(width)}  → ${fix}`]),
    ])
    .join('\n');
}
