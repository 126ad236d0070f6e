// What the experiment few-shot-gan brings: pictures, distances, and the verdicts on eight claims of the report.
import { fewShotRules } from '../results/fewShotClaims';
import { fewShotCurves, fewShotEffects, fewShotNeighbours, fewShotNoise, fewShotSamples } from './fewShot';
import { fewShotTable, protocolTable } from './fewShotTables';
import type { Gallery } from './gallery';

export const fewShotGallery: Gallery = {
  experiment: 'few-shot-gan',
  paper: 'topk',
  figures: [fewShotSamples, fewShotCurves, fewShotEffects, fewShotNeighbours, fewShotNoise],
  tables: [fewShotTable, protocolTable],
  rules: fewShotRules,
};
