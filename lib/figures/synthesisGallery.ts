// What the experiment texture-synthesis brings: pictures, how near they come to their targets, and the verdicts on two claims of the report.
import { synthesisRules } from '../results/synthesisClaims';
import type { Gallery } from './gallery';
import { reconstructionPictures, texturePictures, textureSimilarity } from './synthesis';
import { synthesisTable } from './synthesisTable';

export const synthesisGallery: Gallery = {
  experiment: 'texture-synthesis',
  paper: 'topk',
  figures: [texturePictures, textureSimilarity, reconstructionPictures],
  tables: [synthesisTable],
  rules: synthesisRules,
};
