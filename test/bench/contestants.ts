// Contestants of a bench, each in a process of its own, as users run them: one cannot spoil the caches and heaps of another.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import type { EngineName } from '../../lib/engine/engine';
import { fromRoot } from '../../lib/files';
import { pythonWith } from '../python';
import { alternate } from './bench';
import { Peer } from './peer';
import { BATCH, type ResNetOptions, SIZE } from './smallResNet';

export interface Contestant {
  readonly name: string;
  readonly peer: Peer;
}

export interface OurEngineOptions extends ResNetOptions {
  /** Of the contestant, in the results. */
  name: string;
  engine: EngineName;
  width: number;
  /** A training step or a forward pass. Default train. */
  work?: 'train' | 'infer';
  /** Data-parallel workers. Default 1. */
  workers?: number;
  /** Steps in a row that make one measurement, which is their mean. Default 1. */
  steps?: number;
}

/** Our ResNet-18 on one engine. */
export function ourEngine(options: OurEngineOptions): Contestant {
  const { name, engine, width, activation = 'none', work = 'train', workers = 1, steps = 1 } = options;
  const { size = SIZE, stemStride = 1 } = options;
  const settings = [engine, width, activation, work, workers, steps, size, stemStride].map(String);
  const script = fromRoot('test/bench/enginePeer.ts');
  return { name, peer: new Peer(process.execPath, ['--import', 'tsx', script, ...settings]) };
}

export interface TorchOptions extends Omit<ResNetOptions, 'activation'> {
  /** Of the contestant, in the results. */
  name: string;
  width: number;
  device: 'cpu' | 'cuda';
  /** On the CPU. Default: a thread a core. */
  threads?: number;
}

/** PyTorch's ResNet-18; undefined where there is no PyTorch, or none that sees a GPU. */
export function torchResNet(options: TorchOptions): Contestant | undefined {
  const { name, width, device, threads = availableParallelism(), size = SIZE, stemStride = 1 } = options;
  const python = torchOn(device);
  if (python === undefined) return undefined;
  const settings = [width, size, BATCH, threads, device, stemStride].map(String);
  return { name, peer: new Peer(python, [fromRoot('test/bench/torch_resnet.py'), ...settings]) };
}

/** A Python with PyTorch; undefined where there is none, or none that sees a GPU. */
export function torchOn(device: 'cpu' | 'cuda'): string | undefined {
  const python = pythonWith('torch');
  if (python === undefined || device === 'cpu') return python;
  const seesGpu = 'import torch, sys; sys.exit(0 if torch.cuda.is_available() else 1)';
  return spawnSync(python, ['-c', seesGpu]).status === 0 ? python : undefined;
}

/** Milliseconds of each by its name; ends their processes. */
export async function inTurn(
  contestants: readonly Contestant[],
  rounds: number,
  warmUps: number,
): Promise<Record<string, number[]>> {
  const works = contestants.map(({ name, peer }) => [name, () => peer.measure()] as const);
  try {
    for (const { peer } of contestants) await peer.ready();
    return await alternate(rounds, Object.fromEntries(works), warmUps);
  } finally {
    for (const { peer } of contestants) peer.end();
  }
}
