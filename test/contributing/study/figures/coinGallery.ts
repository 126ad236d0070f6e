// What the experiment coin-tossing brings.
import type { Gallery } from '../../../../lib/figures/gallery';
import { coinRules } from '../results/coinClaims';
import { coinFigure } from './coinFigure';
import { coinTable } from './coinTable';

export const coinGallery: Gallery = {
  experiment: 'coin-tossing',
  paper: 'coins',
  figures: [coinFigure],
  tables: [coinTable],
  rules: coinRules,
};
