// Claims R4 to R6 of the Top-K report: of training times and of the authors' code. They need no run, but reading and counting.

import { number, object } from './check';
import type { ClaimRule } from './claimRule';
import { flag, readPaperFile, words } from './papers';
import { judged } from './verdicts';

/** Verdicts of this file stand beside those on the networks that they are about. */
const EXPERIMENT = 'topk-training';

/** What the report prints, and what stands in the code of the original paper's authors. */
export interface TopKCode {
  readonly minutesPerEpoch: { readonly stride1: number; readonly stride2: number };
  readonly epochs: number;
  readonly sessionMinutes: number;
  /** Of our ResNet-18, an image of 224 pixels. */
  readonly multiplications: { readonly stride1: number; readonly stride2: number };
  readonly parameters: number;
  readonly settings: {
    readonly stemStride: number;
    readonly classifierInputs: number;
    readonly momentum: number;
    readonly weightDecay: number;
  };
  readonly meanReplacement: { readonly resnet: boolean; readonly fastgan: boolean };
}

const strides = object<TopKCode['minutesPerEpoch']>({ stride1: number, stride2: number });

export function readTopKCode(): TopKCode {
  const settings = { stemStride: number, classifierInputs: number, momentum: number, weightDecay: number };
  return readPaperFile<TopKCode>(
    'topk',
    'code.json',
    object<TopKCode & { title: string; provenance: string }>({
      title: words,
      provenance: words,
      minutesPerEpoch: strides,
      epochs: number,
      sessionMinutes: number,
      multiplications: strides,
      parameters: number,
      settings: object<TopKCode['settings']>(settings),
      meanReplacement: object<TopKCode['meanReplacement']>({ resnet: flag, fastgan: flag }),
    }),
  );
}

const CODE = readTopKCode();
const READS = ['papers/topk/code.json'];

/** Times that differ by less than a tenth, and factors that differ by less than a half, count as equal: the report rounds. */
const TIME_MARGIN = 0.1;
const FACTOR_MARGIN = 1.5;

const trainingTimes: ClaimRule = {
  claim: 'R4',
  experiment: EXPERIMENT,
  text: `By arithmetic. A: epochs times minutes an epoch make the session's length, to a tenth. B: the stem of stride 1 costs as many times more as it multiplies more, to a factor of ${FACTOR_MARGIN}. Reproduced: both. Mixed: one. Not reproduced: none.`,
  judge() {
    const { minutesPerEpoch, epochs, sessionMinutes, multiplications } = CODE;
    const session = epochs * minutesPerEpoch.stride2;
    const [printed, counted] = [minutesPerEpoch, multiplications].map(
      ({ stride1, stride2 }) => stride1 / stride2,
    );
    const parts = [
      Math.abs(session / sessionMinutes - 1) < TIME_MARGIN,
      Math.max(printed / counted, counted / printed) < FACTOR_MARGIN,
    ];
    const verdict = parts.every(Boolean) ? 'reproduced' : parts.some(Boolean) ? 'mixed' : 'not reproduced';
    return judged(
      verdict,
      `A ${epochs} epochs of ${minutesPerEpoch.stride2} minutes are ${session} minutes, printed ${sessionMinutes}. B stride 1 takes ${printed.toFixed(1)} times as long by the report and multiplies ${counted.toFixed(1)} times as much: something else than the work, perhaps the memory of the card, must account for the rest`,
      READS,
    );
  },
};

const unmentionedDetails: ClaimRule = {
  claim: 'R5',
  experiment: EXPERIMENT,
  text: 'By the code of the original paper’s authors alone. Reproduced: all three details stand in it. Mixed: some. Not reproduced: none.',
  judge() {
    const { stemStride, classifierInputs, momentum, weightDecay } = CODE.settings;
    const details = [stemStride === 1, classifierInputs === 25088, momentum === 0.9 && weightDecay === 5e-4];
    const found = details.filter(Boolean).length;
    return judged(
      found === details.length ? 'reproduced' : found > 0 ? 'mixed' : 'not reproduced',
      `stem of stride ${stemStride}, ${classifierInputs.toLocaleString('en')} inputs of the classifier, momentum ${momentum} and weight decay ${weightDecay}; our network of that form has ${CODE.parameters.toLocaleString('en')} parameters, as theirs`,
      READS,
    );
  },
};

const meanReplacementAbsent: ClaimRule = {
  claim: 'R6',
  experiment: EXPERIMENT,
  text: 'By the code of the original paper’s authors alone. Reproduced: mean replacement stands nowhere in it. Mixed: in a part of it. Not reproduced: in all of it.',
  judge() {
    const { resnet, fastgan } = CODE.meanReplacement;
    const found = [resnet, fastgan].filter(Boolean).length;
    return judged(
      found === 0 ? 'reproduced' : found === 1 ? 'mixed' : 'not reproduced',
      `${resnet ? 'present in' : 'absent from'} the code of ResNet-18, ${fastgan ? 'present in' : 'absent from'} that of FastGAN, where it selects and treats zeros in another way`,
      READS,
    );
  },
};

export const topKReadingRules: readonly ClaimRule[] = [
  trainingTimes,
  unmentionedDetails,
  meanReplacementAbsent,
];
