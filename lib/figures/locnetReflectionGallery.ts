// What the experiment locnet-reflection brings. The paper's last section makes no claim that could be judged.
import type { Gallery } from './gallery';
import {
  ideasPainted,
  ideasShapeBias,
  ideasTable,
  maskOverlapByStage,
  subnetworksTable,
} from './locnetIdeas';

export const locNetReflectionGallery: Gallery = {
  experiment: 'locnet-reflection',
  paper: 'locnet',
  figures: [ideasShapeBias, ideasPainted, maskOverlapByStage],
  tables: [ideasTable, subnetworksTable],
  rules: [],
};
