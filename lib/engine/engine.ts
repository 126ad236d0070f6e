// Which engine tensors run on: the best one that this machine has, or the one that is named.
import { unknownName } from '../suggest';
import { addonState, loadAddon } from './native/addon';
import type { EngineState } from './state';
import { startWebgpu, webgpuState } from './webgpu/adapter';

export type EngineName = 'native-gpu' | 'webgpu' | 'native' | 'wasm';

export interface Engine {
  readonly name: EngineName;
  /** Engines of one family give the same numbers up to rounding of the same kernels: part of a record's key. */
  readonly family: string;
  /** One line: what was picked, and why not the better ones. */
  readonly summary: string;
}

/** What the doctor says about one rung of the ladder. */
export interface EngineReport extends EngineState {
  readonly name: EngineName;
}

interface Rung {
  readonly name: EngineName;
  readonly family: string;
  /** Looks, without loading TensorFlow. */
  inspect(): Promise<EngineState>;
  /** Makes it TensorFlow.js's current backend. */
  start(threads?: number): Promise<void>;
}

/** Best first. */
const LADDER: readonly Rung[] = [
  {
    name: 'native-gpu',
    family: 'tensorflow',
    inspect: async () => addonState('native-gpu'),
    start: () => loadAddon('native-gpu'),
  },
  {
    name: 'webgpu',
    family: 'webgpu',
    inspect: () => webgpuState(),
    start: () => startWebgpu(),
  },
  {
    name: 'native',
    family: 'tensorflow',
    inspect: async () => addonState('native'),
    start: (threads) => loadAddon('native', threads),
  },
  {
    name: 'wasm',
    family: 'wasm',
    inspect: async () => ({ available: true, reason: 'WebAssembly SIMD, one thread a worker', fix: '' }),
    start: async () => {
      const { installWasm } = await import('./wasm/install');
      await installWasm();
    },
  },
];

export const ENGINE_NAMES: readonly EngineName[] = LADDER.map((rung) => rung.name);

let current: Engine | undefined;
let starting: { readonly wanted: string | undefined; readonly engine: Promise<Engine> } | undefined;

export interface UseEngineOptions {
  /** The engine to use. Default: the environment's GESTALT_ENGINE, else the best available. */
  name?: EngineName;
  /** Print no summary. Default false. */
  quiet?: boolean;
  /** Threads of `native`: sums, and so the last bits of its numbers, depend on them. Default: one a core. Other engines do not
   *  read it: wasm's threads are the workers of `train`. */
  threads?: number;
}

/** Starts an engine and makes it TensorFlow.js's backend: the named one, else the best of native-gpu, webgpu, native and
 *  wasm that this machine has. Prints its summary once. Calling it again changes nothing, unless another engine is named.
 *  Throws on an unknown name, on `native` that already computes on another number of threads, on two engines at once, and on a named engine that is not available, with the reason and the fix. */
export async function useEngine(options: UseEngineOptions = {}): Promise<Engine> {
  const { quiet = false, threads } = options;
  const wanted = options.name ?? process.env.GESTALT_ENGINE;
  if (starting !== undefined && starting.wanted !== wanted) throw twoAtOnce(starting.wanted, wanted);
  if (starting === undefined && current && (!wanted || wanted === current.name)) {
    if (current.name === 'native') await loadAddon('native', threads);
    return current;
  }
  const first = starting === undefined;
  starting ??= { wanted, engine: wanted ? startNamed(wanted, threads) : startBest(threads) };
  try {
    current = await starting.engine;
  } finally {
    starting = undefined;
  }
  if (first && !quiet) console.log(current.summary);
  return current;
}

function twoAtOnce(...wanted: (string | undefined)[]): Error {
  const [first, second] = wanted.map((name) => name ?? 'the best');
  return new Error(
    `Two engines are asked for at once: "${first}" is still starting, "${second}" was asked for. Await the first useEngine().`,
  );
}

/** Every rung of the ladder, best first: available or not, why, and what would help. Starts none. */
export async function inspectEngines(): Promise<EngineReport[]> {
  return Promise.all(LADDER.map(async (rung) => ({ name: rung.name, ...(await rung.inspect()) })));
}

async function startNamed(name: string, threads?: number): Promise<Engine> {
  if (name.includes(','))
    throw new Error(`"${name}" names several engines; a process computes on one: name one.`);
  const rung = LADDER.find((candidate) => candidate.name === name);
  if (!rung) throw unknownName('engine', name, ENGINE_NAMES);
  const { available, reason, fix } = await rung.inspect();
  if (!available) throw new Error(`The engine "${name}" is not available: ${reason}. To fix it: ${fix}.`);
  await rung.start(threads);
  return describe(rung, 'as asked');
}

async function startBest(threads?: number): Promise<Engine> {
  const passedOver: string[] = [];
  for (const rung of LADDER) {
    const { available, reason } = await rung.inspect();
    if (!available) {
      passedOver.push(`${rung.name}: ${reason}`);
      continue;
    }
    try {
      await rung.start(threads);
      return describe(rung, passedOver.length > 0 ? `not ${passedOver.join('; not ')}` : 'the best there is');
    } catch (error) {
      passedOver.push(`${rung.name}: ${(error as Error).message}`);
    }
  }
  throw new Error(`No engine started. ${passedOver.join('; ')}.`);
}

function describe(rung: Rung, why: string): Engine {
  return { name: rung.name, family: rung.family, summary: `Engine: ${rung.name} (${why}).` };
}
