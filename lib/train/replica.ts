// A worker thread that holds a copy of the learner and computes the gradients of its share of every batch.
import * as path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { type EngineName, useEngine } from '../engine/engine';
import { ROOT } from '../files';
import type { ImageModel, ModelSpec, Origin } from '../models/model';
import type { StoredTensor } from '../models/safetensors';
import type { Objective, ObjectiveSpec } from '../objectives/objective';
import type { OptimizerChoice, OptimizerSpec } from '../objectives/optimizer';
import { restoreState } from './checkpoint';
import { applyMean, computeShard, layoutsOf, type ReplicaMemory } from './shardStep';
import type { Learner, StepResult, StepSettings } from './step';

/** A part of a learner as data: what it is, and where its builder lies. */
export interface Blueprint<Spec> {
  readonly spec: Spec;
  readonly origin: Origin;
}

/** What a replica is made of. */
export interface ReplicaData {
  readonly engine: string;
  readonly model: Blueprint<ModelSpec>;
  readonly objective: Blueprint<ObjectiveSpec>;
  readonly optimizer: Blueprint<OptimizerSpec>;
  /** Weights, buffers and optimizer state of the main thread's learner. */
  readonly state: readonly StoredTensor[];
  readonly memory: ReplicaMemory;
}

/** From the main thread. Messages are handled in their order. */
export type ReplicaCommand =
  | {
      readonly kind: 'step';
      readonly shape: [number, number, number, number];
      readonly settings: Omit<StepSettings, 'learningRate'>;
    }
  | { readonly kind: 'apply'; readonly learningRate: number };

/** From the replica: it is built, has applied the mean, or the results of its shard are in shared memory. */
export type ReplicaAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'applied' }
  | { readonly kind: 'computed'; readonly result: StepResult };

function buildLearner(data: ReplicaData): Learner {
  const model = builderOf<ImageModel>(data.model.origin)(data.model.spec, 0);
  const optimizer = builderOf<OptimizerChoice>(data.optimizer.origin)(optionsOf(data.optimizer.spec)).start(
    model.parameters(),
  );
  restoreState({ model, optimizer }, data.state);
  const objective = builderOf<Objective>(data.objective.origin)(optionsOf(data.objective.spec));
  return { model, objective, optimizer };
}

function builderOf<Part>({ module, builder }: Origin): (...args: unknown[]) => Part {
  const exported = require(path.resolve(ROOT, module)) as Record<string, unknown>;
  const build = exported[builder];
  if (typeof build !== 'function') throw new Error(`${module} exports no function "${builder}"`);
  return build as (...args: unknown[]) => Part;
}

function optionsOf({ name: _, ...options }: ObjectiveSpec | OptimizerSpec): Record<string, unknown> {
  return options;
}

async function serve(data: ReplicaData, answer: (message: ReplicaAnswer) => void): Promise<void> {
  await useEngine({ name: data.engine as EngineName, quiet: true });
  const learner = buildLearner(data);
  const layouts = layoutsOf(learner.model);
  parentPort?.on('message', async (command: ReplicaCommand) => {
    if (command.kind === 'apply') {
      applyMean(learner, layouts, data.memory, command.learningRate);
      answer({ kind: 'applied' });
    } else
      answer({
        kind: 'computed',
        result: await computeShard(learner, layouts, command.shape, data.memory, command.settings),
      });
  });
  answer({ kind: 'ready' });
}

// An error in here is not caught: it ends the worker, and the main thread reports it.
if (parentPort !== null) void serve(workerData as ReplicaData, (message) => parentPort?.postMessage(message));
