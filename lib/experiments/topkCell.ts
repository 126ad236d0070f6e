// One cell of the Top-K training experiment: train a ResNet-18, then measure what it decides by.
import { accuracy, shapeBias } from '../benchmark/metrics';
import { type Transform, testTransform, trainTransform } from '../data/augment';
import type { ImageSource } from '../data/imageSource';
import type { ImageModel } from '../models/model';
import { buildResNet18 } from '../models/resnet';
import { classification } from '../objectives/classification';
import { cosine } from '../objectives/schedule';
import { sgd } from '../objectives/sgd';
import type { Metric } from '../results/record';
import type { Callback } from '../train/callbacks';
import { decisions, evaluation, predict } from '../train/evaluate';
import type { CellContext, CellOutcome } from './experiment';
import type { TopKCellConfig } from './topkConfig';
import { hashTopKData, openTopKData, type TopKData } from './topkData';
import { runTrainedCell } from './trainedCell';

/** Trains and evaluates one network. Resumes from the context's checkpoint. Throws `Interrupted` when aborted. */
export async function runTopKCell(config: TopKCellConfig, context: CellContext): Promise<CellOutcome> {
  const { epochs, batchSize, learningRate, smallestCrop } = config;
  const data = await openTopKData(config, context.inputs);
  return runTrainedCell(
    {
      seed: config.seed,
      dataName: data.name,
      dataHash: hashTopKData(config, context.inputs),
      build: (seed) => buildResNet18(config.model, seed),
      training: {
        objective: classification(),
        optimizer: sgd(config.optimizer),
        schedule: cosine(learningRate, epochs),
        source: data.train,
        transform: trainTransform({ size: config.model.inputSize, scale: [smallestCrop, 1] }),
        epochs,
        batchSize,
        callbacks: [
          evaluation('original', data.tests.original, evaluationTransform(config)),
          reporter(context),
        ],
      },
      measure: async (model) => ({ metrics: await evaluate(model, data, config, context.signal) }),
    },
    context,
  );
}

/** Photographs are cropped as in the papers; rendered images are made to size. */
function evaluationTransform({ data, model }: TopKCellConfig): Transform {
  return testTransform({ size: model.inputSize, resize: data.kind === 'relief16' ? 'fit' : 'shorter-side' });
}

function reporter(context: CellContext): Callback {
  return {
    onEpoch({ row, epochs }) {
      const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
      const { loss, accuracy: training, metrics } = row;
      context.report(
        `epoch ${row.epoch}/${epochs}: loss ${loss.toFixed(3)}, training ${percent(training)}, test ${percent(metrics.originalAccuracy)}`,
      );
    },
  };
}

async function evaluate(
  model: ImageModel,
  data: TopKData,
  config: TopKCellConfig,
  signal: AbortSignal,
): Promise<Record<string, Metric>> {
  const transform = evaluationTransform(config);
  const decide = async (source: ImageSource): Promise<Int32Array> =>
    decisions(await predict(model, source, transform, { signal }));
  const metrics: Record<string, Metric> = {};
  for (const [name, source] of Object.entries(data.tests)) {
    metrics[name] = accuracy(await decide(source), source.labels);
  }
  const { cueConflict } = data;
  if (cueConflict?.textureLabels !== undefined) {
    metrics.shapeBias = shapeBias(await decide(cueConflict), cueConflict.labels, cueConflict.textureLabels);
  }
  return metrics;
}
