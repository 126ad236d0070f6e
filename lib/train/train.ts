// The training loop of every classifier: one loop, everything else is a callback.
import { type Batch, batches } from '../data/batches';
import { deriveSeed } from '../random';
import type { CurveRow, StopEvent, Stopped } from './callbacks';
import { loadCheckpoint, type RunConfig, saveCheckpoint } from './checkpoint';
import { dataParallelRunner, type StepRunner, singleRunner } from './dataParallel';
import { LeakGuard } from './leakGuard';
import { chooseWorkers, requireOptions, runConfig, stepsPerEpoch, type TrainOptions } from './options';
import { addStep, endEpoch, epochRow, lossOf, newProgress, type Progress } from './progress';
import type { Learner, StepResult } from './step';

export interface TrainResult {
  /** One row an epoch. The same for the same options, engine and workers, however often the run was interrupted. */
  curve: CurveRow[];
  stopped: Stopped;
  /** Steps done, those before a resume included. */
  steps: number;
  workers: number;
  /** What was decided otherwise than asked, e.g. fewer workers. */
  notes: string[];
  /** Of this call alone. */
  speed: TrainSpeed;
}

/** Times of one call of `train`, in seconds. */
export interface TrainSpeed {
  seconds: number;
  /** Computing steps. */
  stepSeconds: number;
  /** Waiting for batches. */
  dataSeconds: number;
  /** Images a second, over steps and waiting: without callbacks and checkpoints. */
  imagesPerSecond: number;
}

/** Trains a model on a source of labelled images.
 *
 *  Seeded shuffling and augmentation; the last batch of an epoch is left out when it holds a single image. Events go to
 *  the callbacks in order. After every epoch, every `everySteps` steps and on interruption the checkpoint is replaced.
 *
 *  Throws, with the last checkpoint intact, when a term of the loss is not finite (naming step and term), when tensors
 *  leak (naming the counts), when a worker dies (naming it), when the disk is full, or when options do not fit. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  requireOptions(options);
  const { callbacks = [] } = options;
  const { workers, notes } = chooseWorkers(options);
  const { model, objective } = options;
  const optimizer = options.optimizer.start(model.parameters());
  const learner = { model, objective, optimizer };
  const config = runConfig(options, workers);
  const progress = startingProgress(options, learner, config);
  const stop: StopEvent = { stopped: 'failed', step: progress.step };
  let runner: StepRunner | undefined;
  try {
    runner = await startRunner(options, learner, workers);
    const run = new Run(options, learner, runner, config, progress);
    for (const callback of callbacks) {
      await callback.onStart?.({ ...run.sizes(), model: learner.model, workers, notes });
    }
    stop.stopped = await run.untilStopped();
    return {
      curve: progress.curve,
      stopped: stop.stopped,
      steps: progress.step,
      workers,
      notes,
      speed: run.speed(),
    };
  } catch (error) {
    stop.error = describeFailure(error as Error, options, progress);
    throw stop.error;
  } finally {
    stop.step = progress.step;
    await runner?.dispose();
    optimizer.dispose();
    for (const callback of callbacks) await callback.onStop?.(stop);
  }
}

/** One call of `train`, from its first step to its last. */
class Run {
  private readonly stepsPerEpoch: number;
  private readonly leaks = new LeakGuard();
  private readonly begun = performance.now();
  private dataMs = 0;
  private stepMs = 0;
  private images = 0;
  private savedStep: number | undefined;

  constructor(
    private readonly options: TrainOptions,
    private readonly learner: Learner,
    private readonly runner: StepRunner,
    private readonly config: RunConfig,
    private readonly progress: Progress,
  ) {
    this.stepsPerEpoch = stepsPerEpoch(options);
  }

  sizes(): { epochs: number; stepsPerEpoch: number; step: number; curve: readonly CurveRow[] } {
    const { epochs } = this.options;
    return {
      epochs,
      stepsPerEpoch: this.stepsPerEpoch,
      step: this.progress.step,
      curve: this.progress.curve,
    };
  }

  async untilStopped(): Promise<Stopped> {
    while (this.progress.epoch < this.options.epochs) {
      if ((await this.epoch()) === 'interrupted') return 'interrupted';
    }
    return 'finished';
  }

  /** The rest of the current epoch. */
  private async epoch(): Promise<Stopped> {
    const { options, progress } = this;
    const { source, transform, batchSize, seed, signal } = options;
    const loader = batches({
      source,
      transform,
      batchSize,
      seed: deriveSeed(seed, 'data'),
      epoch: progress.epoch,
      shuffle: true,
      smallestBatch: 2,
      start: progress.stepInEpoch,
    });
    let waitingSince = performance.now();
    for await (const batch of loader) {
      if (signal?.aborted) return this.interrupt();
      const learningRate = this.learningRate();
      await this.step(batch, learningRate, waitingSince);
      const ended = progress.stepInEpoch === this.stepsPerEpoch;
      if (ended) await this.finishEpoch(learningRate);
      const { everySteps = Number.POSITIVE_INFINITY } = options.checkpoint ?? {};
      if (ended || progress.step % everySteps === 0) await this.save();
      // Lets live outputs, interrupts and timers through.
      await new Promise(setImmediate);
      waitingSince = performance.now();
    }
    return signal?.aborted && progress.epoch < options.epochs ? this.interrupt() : 'finished';
  }

  private async step(batch: Batch, learningRate: number, waitingSince: number): Promise<void> {
    const begun = performance.now();
    const { step } = this.progress;
    const result = await this.runner.step(batch, {
      learningRate,
      step,
      seed: deriveSeed(this.options.seed, 'forward'),
    });
    const ended = performance.now();
    this.dataMs += begun - waitingSince;
    this.stepMs += ended - begun;
    this.images += result.count;
    addStep(this.progress, result);
    await this.tellStep(result, learningRate, (1000 * result.count) / (ended - waitingSince));
    this.leaks.afterStep();
  }

  private async tellStep(result: StepResult, learningRate: number, imagesPerSecond: number): Promise<void> {
    const { step, epoch } = this.progress;
    for (const callback of this.options.callbacks ?? []) {
      await callback.onStep?.({
        step,
        totalSteps: this.options.epochs * this.stepsPerEpoch,
        epoch: epoch + 1,
        learningRate,
        loss: lossOf(result.terms, result.weights),
        terms: result.terms,
        weights: result.weights,
        accuracy: result.correct / result.count,
        imagesPerSecond,
      });
    }
  }

  private async finishEpoch(learningRate: number): Promise<void> {
    const { options, progress } = this;
    this.leaks.beforeCallbacks(progress.epoch + 1, this.stepsPerEpoch);
    const row = epochRow(progress, learningRate);
    for (const callback of options.callbacks ?? []) {
      const metrics = await callback.onEpoch?.({ model: this.learner.model, row, epochs: options.epochs });
      Object.assign(row.metrics, metrics);
    }
    this.leaks.afterCallbacks();
    endEpoch(progress, row);
  }

  private async interrupt(): Promise<Stopped> {
    await this.save();
    return 'interrupted';
  }

  private async save(): Promise<void> {
    const { options, progress } = this;
    if (options.checkpoint === undefined || this.savedStep === progress.step) return;
    for (const callback of options.callbacks ?? []) await callback.onCheckpoint?.();
    await saveCheckpoint(options.checkpoint.file, this.learner, this.config, progress);
    this.savedStep = progress.step;
  }

  private learningRate(): number {
    const { schedule, scheduleBy = 'epoch' } = this.options;
    return schedule(scheduleBy === 'epoch' ? this.progress.epoch : this.progress.step);
  }

  speed(): TrainSpeed {
    const busy = this.dataMs + this.stepMs;
    return {
      seconds: (performance.now() - this.begun) / 1000,
      stepSeconds: this.stepMs / 1000,
      dataSeconds: this.dataMs / 1000,
      imagesPerSecond: busy === 0 ? 0 : (1000 * this.images) / busy,
    };
  }
}

function startingProgress({ checkpoint }: TrainOptions, learner: Learner, config: RunConfig): Progress {
  if (checkpoint === undefined || checkpoint.resume === false) return newProgress();
  try {
    return loadCheckpoint(checkpoint.file, learner, config) ?? newProgress();
  } catch (error) {
    learner.optimizer.dispose();
    throw error;
  }
}

async function startRunner(options: TrainOptions, learner: Learner, workers: number): Promise<StepRunner> {
  if (workers === 1) return singleRunner(learner);
  const { optimizer, transform, batchSize } = options;
  const shape: [number, number, number, number] = [batchSize, transform.size, transform.size, 3];
  const targets = Object.fromEntries(
    Object.entries(transform.targets ?? {}).map(([name, { channels }]) => [name, channels]),
  );
  return dataParallelRunner(learner, { workers, shape, targets, optimizer });
}

function describeFailure(error: Error, { checkpoint }: TrainOptions, { step }: Progress): Error {
  const when = step === 0 ? 'before its first step' : `after step ${step}`;
  const reason = error.message.replace(/\.$/, '');
  const kept = checkpoint === undefined ? '' : ` The last checkpoint, if any, is intact: ${checkpoint.file}.`;
  return new Error(`Training stopped ${when}: ${reason}.${kept}`, { cause: error });
}
