// Builds tfjs-node's addon, unmodified, with kernels of ours beside it, against the TensorFlow C library of a Python wheel, into .engine/native.
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import {
  BUILD_FOLDER,
  type BuildManifest,
  buildLayout,
  hashOfNativeKernels,
  KERNELS,
  manifestFile,
  platformName,
} from './installation';

const TENSORFLOW = '2.21.0';
/** The C library does not depend on Python; this only says which of its wheels is taken, whatever Python is here. */
const WHEEL_PYTHON = '3.11';
const TFJS_NODE = { name: '@tensorflow/tfjs-node', version: '4.22.0' };
/** What tfjs-node's JavaScript loads besides TensorFlow.js. */
const PROTOBUF = { name: 'google-protobuf', version: '3.21.4' };
/** Node's headers for addons. */
const HEADERS = { name: 'node-api-headers', version: '1.9.0' };
const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];
/** What TensorFlow opens by name when it looks for a GPU. */
const CUDA_LIBRARY =
  /^lib(cudart|cublas|cublasLt|cufft|cusolver|cusparse|nvJitLink|cudnn|nccl|cupti)\.so\.\d+$/;
const GIGABYTE = 1e9;

export interface BuildOptions {
  /** For an NVIDIA card: the wheel with CUDA 12. Default false. */
  cuda?: boolean;
  /** Default .engine/native. */
  folder?: string;
  /** Called with a line for each stage. */
  report?: (line: string) => void;
}

/** Builds the native engine; about a minute and 0.9 GB of disk, with CUDA several. A build appears whole or not at all, and
 *  replaces an earlier one. Throws, with the remedy, when the platform, disk space, a compiler or Python is missing, when a
 *  download or the compiler fails, and when the finished addon does not load. */
export function buildNative(options: BuildOptions = {}): void {
  const { cuda = false, folder = BUILD_FOLDER, report = console.log } = options;
  const python = requireTools(folder, cuda);
  const partial = `${folder}.partial-${process.pid}`;
  removeAbandoned(folder);
  fs.mkdirSync(partial, { recursive: true });
  try {
    report(`TensorFlow ${TENSORFLOW}${cuda ? ' with CUDA 12' : ''}: downloading and unpacking`);
    unpackTensorFlow(partial, python, cuda);
    report(`tfjs-node ${TFJS_NODE.version}: downloading`);
    unpackPackage(partial, TFJS_NODE, buildLayout(partial).package);
    unpackPackage(partial, PROTOBUF, path.join(partial, 'node_modules', PROTOBUF.name));
    unpackPackage(partial, HEADERS, path.join(partial, 'headers'));
    report('compiling the addon');
    const kernels = hashOfNativeKernels();
    compile(partial);
    tryAddon(partial);
    for (const spent of ['include', 'headers']) remove(path.join(partial, spent));
    const manifest: BuildManifest = {
      tfjsNode: TFJS_NODE.version,
      tensorflow: TENSORFLOW,
      cuda,
      platform: platformName(),
      kernels,
    };
    fs.writeFileSync(manifestFile(partial), `${JSON.stringify(manifest, null, 2)}\n`);
    remove(folder);
    fs.renameSync(partial, folder);
  } catch (error) {
    remove(partial);
    throw error;
  }
  report(
    `The native engine is built in ${path.relative(process.cwd(), folder)}. Remove it with -- --remove.`,
  );
}

/** Removes what was built, and what builds that were killed have left. Returns whether there was a build. */
export function removeNative(folder: string = BUILD_FOLDER): boolean {
  removeAbandoned(folder);
  const built = fs.existsSync(folder);
  remove(folder);
  return built;
}

/** Returns the Python to ask for the wheel. */
function requireTools(folder: string, cuda: boolean): string {
  if (process.platform !== 'linux') {
    throw new Error(
      `engine:native builds on Linux only, this is ${process.platform}. Elsewhere use tfjs-node's own library: ` +
        'npm install --no-save tfjs-node-native@npm:@tensorflow/tfjs-node@4.22.0, or the engine webgpu.',
    );
  }
  const needed = cuda ? 12 : 3;
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  const { bavail, bsize } = fs.statfsSync(path.dirname(folder));
  const free = (bavail * bsize) / GIGABYTE;
  if (free < needed) {
    throw new Error(
      `engine:native needs ${needed} GB of free disk while it builds, ${path.dirname(folder)} has ${free.toFixed(1)} GB.`,
    );
  }
  if (!runs(compiler(), ['--version'])) {
    throw new Error(
      `engine:native needs a C++17 compiler, and "${compiler()}" does not run. Install g++ ("apt install g++" on Debian ` +
        'and Ubuntu), or name another in the environment variable CXX.',
    );
  }
  const python = ['python3', 'python'].find((name) => runs(name, ['-m', 'pip', '--version']));
  if (python === undefined) {
    throw new Error(
      'engine:native fetches TensorFlow with pip, and no Python 3 with pip was found ("apt install python3-pip" on Debian and Ubuntu).',
    );
  }
  return python;
}

function compiler(): string {
  return process.env.CXX ?? 'g++';
}

/** Libraries and headers of the wheel, into `tensorflow/`, `nvidia/` and `include/`. */
function unpackTensorFlow(partial: string, python: string, cuda: boolean): void {
  const wheel = path.join(partial, 'wheel');
  const cpuWheel = process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
  const what = cuda ? [`tensorflow[and-cuda]==${TENSORFLOW}`] : ['--no-deps', `${cpuWheel}==${TENSORFLOW}`];
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-compile',
    '--target',
    wheel,
  ];
  const temporary = path.join(partial, 'temporary');
  fs.mkdirSync(temporary);
  run(python, [...pip, '--only-binary=:all:', '--python-version', WHEEL_PYTHON, ...what], {
    remedy: `pip could not install ${what.at(-1)}: is there a wheel for this machine (glibc, x86-64 or arm64), and a way to the package index?`,
    // pip unpacks in TMPDIR first, which may be small.
    env: { TMPDIR: temporary },
  });
  const package_ = path.join(wheel, 'tensorflow');
  fs.mkdirSync(path.join(partial, 'tensorflow'));
  for (const library of LIBRARIES)
    fs.renameSync(path.join(package_, library), path.join(partial, 'tensorflow', library));
  fs.renameSync(path.join(package_, 'include'), path.join(partial, 'include'));
  if (cuda) fs.renameSync(path.join(wheel, 'nvidia'), path.join(partial, 'nvidia'));
  remove(wheel);
  remove(temporary);
}

function unpackPackage(
  partial: string,
  { name, version }: { name: string; version: string },
  to: string,
): void {
  const archives = path.join(partial, 'archives');
  fs.mkdirSync(archives);
  const remedy = `npm could not fetch ${name}@${version}: is there a way to the registry?`;
  run('npm', ['pack', `${name}@${version}`, '--silent', '--pack-destination', archives], { remedy });
  const [archive] = fs.readdirSync(archives);
  fs.mkdirSync(to, { recursive: true });
  run('tar', ['-xzf', path.join(archives, archive), '-C', to, '--strip-components=1'], {
    remedy: `the archive of ${name} cannot be unpacked`,
  });
  remove(archives);
}

function compile(partial: string): void {
  const { package: source, addon } = buildLayout(partial);
  const cuda = cudaLibraries(path.join(partial, 'nvidia'));
  const searched = ['tensorflow', ...new Set(cuda.map((file) => path.relative(partial, path.dirname(file))))];
  // TensorFlow keeps pointers to our kernels, so the addon stays when a worker that loaded it has ended (nodelete).
  const flags = [
    '-std=c++17',
    '-O3',
    '-ffp-contract=off',
    '-fPIC',
    '-shared',
    '-Wl,-z,nodelete',
    '-DNAPI_VERSION=8',
  ];
  run(
    compiler(),
    [
      ...flags,
      `-I${path.join(partial, 'headers', 'include')}`,
      `-I${path.join(partial, 'include')}`,
      ...['tfjs_backend.cc', 'tfjs_binding.cc'].map((file) => path.join(source, 'binding', file)),
      KERNELS,
      '-o',
      addon,
      ...LIBRARIES.map((library) => path.join(partial, 'tensorflow', library)),
      // Bound to the addon, they are there when TensorFlow asks for them by name; it would look in its own places only.
      ...(cuda.length > 0 ? ['-Wl,--no-as-needed', ...cuda, '-Wl,--disable-new-dtags'] : []),
      ...searched.map((folder) => `-Wl,-rpath,$ORIGIN/${folder}`),
    ],
    { remedy: 'the addon does not compile' },
  );
}

function cudaLibraries(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => CUDA_LIBRARY.test(path.basename(file)))
    .map((file) => path.join(folder, file));
}

/** Loads the addon and runs a kernel of ours, in a process of its own: TensorFlow registers them at the first operation. */
function tryAddon(partial: string): void {
  const script = `
    const addon = require(${JSON.stringify(buildLayout(partial).addon)});
    const tensor = addon.createTensor([3], addon.TF_FLOAT, new Float32Array(3));
    addon.executeOp('GestaltMovingAverage', [], [tensor, tensor, tensor], 1);`;
  const remedy = 'the addon was compiled but does not load, or its kernels do not run';
  run(process.execPath, ['-e', script], { remedy, env: { CUDA_VISIBLE_DEVICES: '-1' } });
}

interface RunOptions {
  /** What went wrong when it fails. */
  remedy: string;
  env?: Record<string, string>;
}

function run(program: string, args: string[], { remedy, env = {} }: RunOptions): void {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 2 ** 26,
  });
  if (status === 0) return;
  const output = (error?.message ?? `${stdout}${stderr}`).trim().split('\n').slice(-15).join('\n');
  throw new Error(`${remedy}\n${path.basename(program)} said:\n${output}`);
}

function runs(program: string, args: string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

/** Folders of builds whose process has ended. */
function removeAbandoned(folder: string): void {
  const prefix = `${path.basename(folder)}.partial-`;
  const parent = path.dirname(folder);
  if (!fs.existsSync(parent)) return;
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith(prefix) && !isAlive(Number(name.slice(prefix.length))))
      remove(path.join(parent, name));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function remove(file: string): void {
  fs.rmSync(file, { recursive: true, force: true });
}
