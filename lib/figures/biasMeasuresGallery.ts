// What the experiments on measures of bias bring: measures beside the truth, and the papers' claims under each.
import { biasClaimsRules, biasTruthRules } from '../results/biasClaims';
import { biasAgreement, biasClaimsEffects } from './biasClaims';
import { biasReliance, biasTruth } from './biasMeasures';
import { claimsUnderMeasures, trustTable } from './biasTables';
import type { Gallery } from './gallery';

export const biasMeasuresGallery: Gallery = {
  experiment: 'bias-measures',
  paper: 'bias-measures',
  figures: [biasTruth, biasReliance],
  tables: [trustTable],
  rules: biasTruthRules,
};

export const biasClaimsGallery: Gallery = {
  experiment: 'bias-claims',
  paper: 'bias-measures',
  figures: [biasClaimsEffects, biasAgreement],
  tables: [claimsUnderMeasures],
  rules: biasClaimsRules,
};
