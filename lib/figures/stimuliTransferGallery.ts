// What the experiment stimuli-transfer brings: a table.
import type { Gallery } from './gallery';
import { transferTable } from './transferTable';

export const stimuliTransferGallery: Gallery = {
  experiment: 'stimuli-transfer',
  paper: 'benchmark',
  figures: [],
  tables: [transferTable],
  rules: [],
};
