// What the experiment locnet brings: figures 4 to 13, Table 1, and verdicts on the paper's claims.
import { locNetRules } from '../results/locnetClaims';
import type { Gallery } from './gallery';
import {
  annealingWeights,
  learningRates,
  validationAccuracy,
  validationCrossEntropy,
  validationDepthError,
} from './locnetCurves';
import { autoEncoderDepth, gradCamPanels, uNetDepth } from './locnetPanels';
import { topFiveBySet, topOneBySet } from './locnetSets';
import { locNetTable } from './locnetTable';

export const locNetGallery: Gallery = {
  experiment: 'locnet',
  paper: 'locnet',
  figures: [
    uNetDepth,
    learningRates,
    annealingWeights,
    autoEncoderDepth,
    validationCrossEntropy,
    validationAccuracy,
    validationDepthError,
    topOneBySet,
    topFiveBySet,
    gradCamPanels,
  ],
  tables: [locNetTable],
  rules: locNetRules,
};
