// What the experiment topk-inference brings: curves over what is kept, Figure 1 of the report, and the verdict on its claim.
import { topKInferenceRules } from '../results/topkInferenceClaims';
import type { Gallery } from './gallery';
import { inferenceDecisions, inferenceFigures, inferenceShapeBias } from './topkInference';
import { inferenceTable } from './topkInferenceTable';

export const topKInferenceGallery: Gallery = {
  experiment: 'topk-inference',
  paper: 'topk',
  figures: [inferenceShapeBias, inferenceDecisions, ...inferenceFigures],
  tables: [inferenceTable],
  rules: topKInferenceRules,
};
