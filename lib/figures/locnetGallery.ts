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
import { locNetDepthTable } from './locnetDepthTable';
import { autoEncoderDepth, gradCamPanels, uNetDepth } from './locnetPanels';
import { topFiveBySet, topOneBySet } from './locnetSets';
import { locNetShapeBias } from './locnetShapeBias';
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
    locNetShapeBias,
    gradCamPanels,
  ],
  tables: [locNetTable, locNetDepthTable],
  rules: locNetRules,
};
