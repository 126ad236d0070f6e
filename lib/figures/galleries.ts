// All galleries, one an experiment; and the ledger of all papers, by their rules.
import { type LedgerEntry, ledger } from '../results/claims';
import { papersWithClaims } from '../results/papers';
import type { RunRecord } from '../results/record';
import { fewShotGallery } from './fewShotGallery';
import type { Gallery } from './gallery';
import { locNetGallery } from './locnetGallery';
import { locNetReflectionGallery } from './locnetReflectionGallery';
import { stimuliTransferGallery } from './stimuliTransferGallery';
import { synthesisGallery } from './synthesisGallery';
import { topKGallery } from './topkGallery';
import { topKInferenceGallery } from './topkInferenceGallery';

export const GALLERIES: readonly Gallery[] = [
  topKGallery,
  topKInferenceGallery,
  synthesisGallery,
  fewShotGallery,
  stimuliTransferGallery,
  locNetGallery,
  locNetReflectionGallery,
];

/** Every claim of every paper, judged by the galleries' rules for that paper. */
export function wholeLedger(
  records: readonly RunRecord[],
  galleries: readonly Gallery[] = GALLERIES,
): LedgerEntry[] {
  return papersWithClaims().flatMap((paper) => {
    const rules = galleries.filter((gallery) => gallery.paper === paper).flatMap((gallery) => gallery.rules);
    return ledger(records, paper, rules);
  });
}
