// Where TensorFlow's C library and the addon that reaches it lie: built here, or installed by npm.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromRoot, sha256 } from '../../files';

export type NativeName = 'native-gpu' | 'native';

/** What `npm run engine:native` makes; `npm ci` leaves it alone. */
export const BUILD_FOLDER = fromRoot('.engine', 'native');

/** Kernels of ours for TensorFlow, in C++. */
export const KERNELS = fromRoot('lib', 'engine', 'native', 'kernels.cc');

/** Written last into a build: a folder without it is not one. */
const MANIFEST = 'build.json';

/** What a build was made of. */
export interface BuildManifest {
  readonly tfjsNode: string;
  readonly tensorflow: string;
  readonly cuda: boolean;
  /** As `process.platform` and `process.arch`. */
  readonly platform: string;
  /** SHA-256 of the kernels of ours that were compiled in; none in builds before there were any. */
  readonly kernels?: string;
}

/** A tfjs-node that can be loaded. */
export interface Installation {
  /** Folder of the package: `dist/` with its JavaScript. */
  readonly package: string;
  /** File of the compiled addon. */
  readonly addon: string;
  /** Made for CUDA. */
  readonly cuda: boolean;
  /** Whether the addon has kernels of ours, in their present form. */
  readonly ownKernels: boolean;
  /** One phrase for people, e.g. `TensorFlow 2.21.0, built here`. */
  readonly description: string;
}

/** An installation, or why there is none and what to do. */
export type Found = Installation | { readonly reason: string; readonly fix: string };

export const BUILD_COMMANDS: Readonly<Record<NativeName, string>> = {
  'native-gpu': 'npm run engine:native -- --cuda (Linux with an NVIDIA card)',
  native:
    'npm run engine:native (Linux), else npm install --no-save tfjs-node-native@npm:@tensorflow/tfjs-node@4.22.0',
};

// '@tensorflow/tfjs-node' is here a stand-in for danfojs; the real package may come under another name.
const GPU_PACKAGES = ['@tensorflow/tfjs-node-gpu'];
const CPU_PACKAGES = ['tfjs-node-native', '@tensorflow/tfjs-node'];

export function platformName(): string {
  return `${process.platform}-${process.arch}`;
}

/** Of the kernels that a build compiles into its addon. */
export function hashOfNativeKernels(): string {
  return sha256(fs.readFileSync(KERNELS));
}

export function manifestFile(build: string): string {
  return path.join(build, MANIFEST);
}

/** Package and addon inside a build. */
export function buildLayout(build: string): { package: string; addon: string } {
  return {
    package: path.join(build, 'node_modules', '@tensorflow', 'tfjs-node'),
    addon: path.join(build, 'tfjs_binding.node'),
  };
}

/** Looks for an installation without loading it: one that is built here comes before npm's packages. 'native' takes one made
 *  for CUDA too, if there is no other. */
export function findInstallation(name: NativeName, build = BUILD_FOLDER): Found {
  const built = readBuild(build);
  const cuda = [...usable(built, true), ...GPU_PACKAGES.flatMap((each) => installed(each, true))];
  const plain = [...usable(built, false), ...CPU_PACKAGES.flatMap((each) => installed(each, false))];
  const found = name === 'native-gpu' ? cuda : [...plain, ...cuda];
  if (found.length > 0) return found[0];
  return { reason: whyNone(name, built, build), fix: BUILD_COMMANDS[name] };
}

type Build = (Installation & { readonly platform: string }) | undefined;

function readBuild(build: string): Build {
  const layout = buildLayout(build);
  if (!fs.existsSync(manifestFile(build)) || !fs.existsSync(layout.addon)) return undefined;
  const { tensorflow, cuda, platform, kernels }: BuildManifest = JSON.parse(
    fs.readFileSync(manifestFile(build), 'utf8'),
  );
  const ownKernels = kernels === hashOfNativeKernels();
  const again = `npm run engine:native${cuda ? ' -- --cuda' : ''}`;
  const older = ownKernels ? '' : ` by an earlier version (${again} makes training on the CPU faster)`;
  return {
    ...layout,
    cuda,
    platform,
    ownKernels,
    description: `TensorFlow ${tensorflow}, built here${older}`,
  };
}

function usable(built: Build, cuda: boolean): Installation[] {
  return built !== undefined && built.platform === platformName() && built.cuda === cuda ? [built] : [];
}

function installed(name: string, cuda: boolean): Installation[] {
  const folder = packageFolder(name);
  const addon = folder === undefined ? undefined : addonOf(folder);
  if (folder === undefined || addon === undefined) return [];
  return [{ package: folder, addon, cuda, ownKernels: false, description: `npm's ${name}` }];
}

function whyNone(name: NativeName, built: Build, build: string): string {
  if (built !== undefined && built.platform !== platformName())
    return `the build in ${path.relative(process.cwd(), build)} is for ${built.platform}, this is ${platformName()}`;
  if (built !== undefined) return 'the build here is without CUDA';
  const packages = name === 'native-gpu' ? GPU_PACKAGES : CPU_PACKAGES;
  const hollow = packages.find((each) => packageFolder(each) !== undefined);
  if (hollow !== undefined) return `${hollow} is installed without its compiled addon`;
  return `neither built here nor is ${packages[0]} installed`;
}

function packageFolder(name: string): string | undefined {
  try {
    const file = require.resolve(`${name}/package.json`);
    // The stand-in has no native code to fetch; the real package names its binary.
    return JSON.parse(fs.readFileSync(file, 'utf8')).binary === undefined ? undefined : path.dirname(file);
  } catch {
    return undefined;
  }
}

function addonOf(folder: string): string | undefined {
  const libraries = path.join(folder, 'lib');
  if (!fs.existsSync(libraries)) return undefined;
  return fs
    .readdirSync(libraries)
    .map((version) => path.join(libraries, version, 'tfjs_binding.node'))
    .find((file) => fs.existsSync(file));
}
