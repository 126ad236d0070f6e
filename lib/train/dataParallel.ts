// Data-parallel training: every worker thread computes the gradient of its share of a batch, in shared memory.
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs';
import type { Batch } from '../data/batches';
import type { OptimizerChoice } from '../objectives/optimizer';
import { deriveSeed } from '../random';
import { workerScript } from '../workerScript';
import { readState } from './checkpoint';
import type { Blueprint, ReplicaAnswer, ReplicaCommand, ReplicaData } from './replica';
import { applyMean, computeShard, layoutsOf, type ReplicaMemory } from './shardStep';
import { largestShards, meanTerms, shardSizes, weightedMean } from './shards';
import { type Learner, requireFinite, type StepResult, type StepSettings, trainStep } from './step';

/** Where steps are computed: in this thread alone, or in several. */
export interface StepRunner {
  /** Threads that compute, this one included. */
  readonly workers: number;
  /** One update on one batch. Throws before the weights change when the loss is not finite. */
  step(batch: Batch, settings: StepSettings): Promise<StepResult>;
  /** Ends the other threads; the learner stays. */
  dispose(): Promise<void>;
}

/** Steps in this thread. */
export function singleRunner(learner: Learner): StepRunner {
  return {
    workers: 1,
    step: (batch, settings) => trainStep(learner, batch, settings),
    dispose: async () => undefined,
  };
}

export interface DataParallelOptions {
  /** Threads that compute, this one included; at least 2. */
  workers: number;
  /** Shape of the largest batch. */
  shape: [number, number, number, number];
  /** Channels of each target of a batch, by name. Default: none. */
  targets?: Readonly<Record<string, number>>;
  /** What the learner's optimizer was started from. */
  optimizer: OptimizerChoice;
}

/** Steps in several threads. This thread is replica 0; the others start as copies of the learner and stay equal to it,
 *  because all apply the same mean gradient.
 *
 *  gradient = sum over shards of size / batch * gradient of the shard's mean loss
 *
 *  So it is the gradient of one thread up to rounding, except that batch norm normalises each shard by its own
 *  statistics; running statistics are averaged. Throws when a worker cannot start or dies, naming it. */
export async function dataParallelRunner(
  learner: Learner,
  options: DataParallelOptions,
): Promise<StepRunner> {
  const { workers, shape, targets = {}, optimizer } = options;
  const layouts = layoutsOf(learner.model);
  const common = {
    meanGradient: sharedFloats(layouts.parameters.length),
    meanBuffers: sharedFloats(layouts.buffers.length),
  };
  const state = await readState(learner);
  const replicas = largestShards(shape[0], workers).map(
    (images): ReplicaMemory => ({
      images: sharedFloats(images * shape[1] * shape[2] * shape[3]),
      labels: new Int32Array(new SharedArrayBuffer(images * 4)),
      targets: mapValues(targets, (channels) => sharedFloats(images * shape[1] * shape[2] * channels)),
      gradient: sharedFloats(layouts.parameters.length),
      buffers: sharedFloats(layouts.buffers.length),
      ...common,
    }),
  );
  const data = {
    engine: tf.getBackend(),
    model: blueprint(learner.model),
    objective: blueprint(learner.objective),
    optimizer: blueprint(optimizer),
    state,
  };
  const threads = replicas
    .slice(1)
    .map((memory, i) => new ReplicaThread(`Worker ${i + 1} of ${workers - 1}`, { ...data, memory }));

  const dispose = async (): Promise<void> => {
    await Promise.all(threads.map((thread) => thread.terminate()));
  };
  try {
    await Promise.all(threads.map((thread) => thread.answered()));
  } catch (error) {
    await dispose();
    throw error;
  }

  // A thread that gets no images of a batch is asked nothing, so only this says that it has read the mean of the step before.
  let applied: Promise<unknown> = Promise.resolve();

  const step = async (batch: Batch, settings: StepSettings): Promise<StepResult> => {
    await applied;
    const sizes = shardSizes(batch.shape[0], workers);
    copyShards(batch, sizes, replicas);
    const shapes = sizes.map((size) => [size, ...batch.shape.slice(1)] as typeof batch.shape);
    const active = threads.filter((_, i) => sizes[i + 1] > 0);
    const answers = active.map((thread, i) => thread.compute(shapes[i + 1], ofShard(settings, i + 1)));
    const own = computeShard(learner, layouts, shapes[0], replicas[0], ofShard(settings, 0));
    const results = await Promise.all([own, ...answers]);
    const terms = meanTerms(results);
    requireFinite(terms);
    weightedMean(shardsOf(sizes, replicas, 'gradient'), common.meanGradient);
    weightedMean(shardsOf(sizes, replicas, 'buffers'), common.meanBuffers);
    applied = Promise.all(threads.map((thread) => thread.apply(settings.learningRate)));
    applied.catch(() => undefined);
    applyMean(learner, layouts, common, settings.learningRate);
    const correct = results.reduce((sum, shard) => sum + shard.correct, 0);
    return { terms, weights: results[0].weights, correct, count: batch.shape[0] };
  };
  return { workers, step, dispose };
}

/** Each shard draws masks of its own. */
function ofShard({ step, seed = 0 }: StepSettings, shard: number): Omit<StepSettings, 'learningRate'> {
  return { step, seed: shard === 0 ? seed : deriveSeed(seed, 'shard', shard) };
}

function mapValues<In, Out>(
  record: Readonly<Record<string, In>>,
  change: (value: In) => Out,
): Record<string, Out> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}

/** What of a part can be sent to another thread. */
function blueprint<Spec>({ spec, origin }: Blueprint<Spec>): Blueprint<Spec> {
  return { spec, origin };
}

function copyShards(batch: Batch, sizes: readonly number[], replicas: readonly ReplicaMemory[]): void {
  const pixels = batch.shape[1] * batch.shape[2] * batch.shape[3];
  let start = 0;
  for (const [replica, size] of sizes.entries()) {
    replicas[replica].images.set(batch.images.subarray(start * pixels, (start + size) * pixels));
    replicas[replica].labels.set(batch.labels.subarray(start, start + size));
    for (const [name, values] of Object.entries(batch.targets ?? {})) {
      const each = values.length / batch.shape[0];
      replicas[replica].targets[name].set(values.subarray(start * each, (start + size) * each));
    }
    start += size;
  }
}

function shardsOf(
  sizes: readonly number[],
  replicas: readonly ReplicaMemory[],
  field: 'gradient' | 'buffers',
): { size: number; values: Float32Array }[] {
  return sizes.map((size, replica) => ({ size, values: replicas[replica][field] }));
}

function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * 4));
}

/** One worker thread, seen from the main thread: a question at a time, and the error that ended it. */
class ReplicaThread {
  private readonly worker: Worker;
  private failure: Error | undefined;
  private waiting: { resolve: (answer: ReplicaAnswer) => void; reject: (error: Error) => void } | undefined;

  constructor(
    private readonly name: string,
    data: ReplicaData,
  ) {
    this.worker = new Worker(workerScript('lib/train/replica.ts'), {
      eval: true,
      workerData: data,
      execArgv: [],
    });
    this.worker.on('message', (answer: ReplicaAnswer) => {
      this.waiting?.resolve(answer);
      this.waiting = undefined;
    });
    this.worker.on('error', (error) => this.fail(error.message));
    this.worker.on('exit', (code) => this.fail(`it ended with exit code ${code}`));
  }

  /** The next answer, or the error that ended the worker. */
  answered(): Promise<ReplicaAnswer> {
    const answer = new Promise<ReplicaAnswer>((resolve, reject) => {
      if (this.failure !== undefined) reject(this.failure);
      else this.waiting = { resolve, reject };
    });
    // It is awaited only after this thread's own share.
    answer.catch(() => undefined);
    return answer;
  }

  async compute(
    shape: [number, number, number, number],
    settings: Omit<StepSettings, 'learningRate'>,
  ): Promise<StepResult> {
    const answer = this.answered();
    this.send({ kind: 'step', shape, settings });
    const computed = await answer;
    if (computed.kind !== 'computed') throw new Error(`${this.name} answered "${computed.kind}" to a step`);
    return computed.result;
  }

  async apply(learningRate: number): Promise<void> {
    const answer = this.answered();
    this.send({ kind: 'apply', learningRate });
    await answer;
  }

  async terminate(): Promise<void> {
    await this.worker.terminate();
  }

  private send(command: ReplicaCommand): void {
    this.worker.postMessage(command);
  }

  private fail(reason: string): void {
    this.failure ??= new Error(`${this.name} died: ${reason}`);
    this.waiting?.reject(this.failure);
    this.waiting = undefined;
  }
}
