// What the experiment topk-training brings: figures, Table 1, and verdicts on the report's claims.
import { topKTrainingRules } from '../results/topkClaims';
import { topKReadingRules } from '../results/topkReadingClaims';
import type { Gallery } from './gallery';
import { topKTable } from './topkTables';
import { accuracyByVariant, learningCurves, shapeBiasAgainstAccuracy } from './topkTraining';

export const topKGallery: Gallery = {
  experiment: 'topk-training',
  paper: 'topk',
  figures: [accuracyByVariant, learningCurves, shapeBiasAgainstAccuracy],
  tables: [topKTable],
  rules: [...topKTrainingRules, ...topKReadingRules],
};
