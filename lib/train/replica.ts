// A worker thread that holds a copy of the learner and computes the gradients of its share of every batch.
import { parentPort, workerData } from 'node:worker_threads';
import { type EngineName, useEngine } from '../engine/engine';
import type { ImageModel, ModelSpec } from '../models/model';
import type { StoredTensor } from '../models/safetensors';
import { buildObjective, type ObjectiveSpec } from '../objectives/objective';
import { buildOptimizer, type OptimizerSpec } from '../objectives/optimizer';
import { restoreState } from './checkpoint';
import { applyMean, computeShard, layoutsOf, type ReplicaMemory } from './shardStep';
import type { Learner, StepResult } from './step';

/** What a replica is made of. */
export interface ReplicaData {
  readonly engine: string;
  readonly model: ModelSpec;
  readonly objective: ObjectiveSpec;
  readonly optimizer: OptimizerSpec;
  /** Absolute path of the module whose `buildModel(spec, seed)` makes the model. */
  readonly modelModule: string;
  /** Weights, buffers and optimizer state of the main thread's learner. */
  readonly state: readonly StoredTensor[];
  readonly memory: ReplicaMemory;
}

/** From the main thread. Messages are handled in their order. */
export type ReplicaCommand =
  | { readonly kind: 'step'; readonly shape: [number, number, number, number] }
  | { readonly kind: 'apply'; readonly learningRate: number };

/** From the replica: it is built, has applied the mean, or the results of its shard are in shared memory. */
export type ReplicaAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'applied' }
  | { readonly kind: 'computed'; readonly result: StepResult };

/** What a module that builds models exports. */
export interface ModelModule {
  buildModel(spec: ModelSpec, seed: number): ImageModel;
}

function buildLearner(data: ReplicaData): Learner {
  const { buildModel } = require(data.modelModule) as ModelModule;
  const model = buildModel(data.model, 0);
  const optimizer = buildOptimizer(data.optimizer, model.parameters());
  restoreState({ model, optimizer }, data.state);
  return { model, objective: buildObjective(data.objective), optimizer };
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
      answer({ kind: 'computed', result: await computeShard(learner, layouts, command.shape, data.memory) });
  });
  answer({ kind: 'ready' });
}

// An error in here is not caught: it ends the worker, and the main thread reports it.
if (parentPort !== null) void serve(workerData as ReplicaData, (message) => parentPort?.postMessage(message));
