// TensorFlow's C library behind TensorFlow.js: the tfjs-node addon, with or without a GPU.
import * as fs from 'node:fs';
import * as path from 'node:path';
import type * as Tf from '@tensorflow/tfjs';

export type NativeName = 'native-gpu' | 'native';

interface AddonState {
  available: boolean;
  reason: string;
  fix: string;
}

// '@tensorflow/tfjs-node' is here a stand-in for danfojs; the real package may come under another name.
const PACKAGES: Record<NativeName, readonly string[]> = {
  'native-gpu': ['@tensorflow/tfjs-node-gpu'],
  native: ['tfjs-node-native', '@tensorflow/tfjs-node'],
};

const FIXES: Record<NativeName, string> = {
  'native-gpu': 'on Linux with CUDA, npm install --no-save @tensorflow/tfjs-node-gpu@4.22.0',
  native: 'npm install --no-save tfjs-node-native@npm:@tensorflow/tfjs-node@4.22.0',
};

/** Whether the addon is installed and compiled. Looks at files, loads nothing. */
export function addonState(name: NativeName): AddonState {
  const folder = packageFolder(name);
  if (!folder) return { available: false, reason: `${PACKAGES[name][0]} is not installed`, fix: FIXES[name] };
  if (!hasAddon(folder)) {
    return {
      available: false,
      reason: `${path.basename(folder)} is installed without its compiled addon`,
      fix: `npm rebuild ${path.basename(folder)} --build-addon-from-source`,
    };
  }
  return { available: true, reason: `found at ${path.relative(process.cwd(), folder)}`, fix: '' };
}

/** Loads the addon and makes it the current backend. Throws when the addon, or for 'native-gpu' the GPU, does not start. */
export async function loadAddon(name: NativeName): Promise<void> {
  const tf: typeof Tf = await import('@tensorflow/tfjs');
  const folder = packageFolder(name);
  if (!folder) throw new Error(addonState(name).reason);
  require(folder);
  if (!(await tf.setBackend('tensorflow'))) throw new Error(`${path.basename(folder)} did not start`);
  await tf.ready();
  const usesGpu = (tf.backend() as unknown as { isUsingGpuDevice?: boolean }).isUsingGpuDevice === true;
  if (name === 'native-gpu' && !usesGpu) throw new Error('TensorFlow sees no GPU');
}

function packageFolder(name: NativeName): string | undefined {
  for (const candidate of PACKAGES[name]) {
    const folder = resolvedFolder(candidate);
    if (folder && !isStandIn(folder)) return folder;
  }
  return undefined;
}

function resolvedFolder(packageName: string): string | undefined {
  try {
    return path.dirname(require.resolve(`${packageName}/package.json`));
  } catch {
    return undefined;
  }
}

/** The stand-in has no native code to fetch; the real package names its binary. */
function isStandIn(folder: string): boolean {
  const description = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
  return description.binary === undefined;
}

function hasAddon(folder: string): boolean {
  const libraries = path.join(folder, 'lib');
  if (!fs.existsSync(libraries)) return false;
  return fs
    .readdirSync(libraries)
    .some((version) => fs.existsSync(path.join(libraries, version, 'tfjs_binding.node')));
}
