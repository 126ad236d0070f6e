// What the Top-K report prints of images from a hundred images, and what stands in the code that it is about.
import { integer, list, mapOf, number, object } from './check';
import { flag, readPaperFile, words } from './papers';

/** One cell of Table 2. */
export interface ReportedFid {
  /** `2a` or `2b`. */
  readonly table: string;
  readonly set: string;
  readonly sparsity: string;
  readonly noise: string;
  readonly fid: number;
}

export interface FewShotPaper {
  readonly rows: readonly ReportedFid[];
  /** Images of each data set. */
  readonly images: Readonly<Record<string, number>>;
  readonly noiseLayer: { readonly bodyIsReached: boolean; readonly scriptsSwitchItOff: boolean };
}

export function readFewShotPaper(): FewShotPaper {
  const row = object<ReportedFid>({ table: words, set: words, sparsity: words, noise: words, fid: number });
  const noiseLayer = object<FewShotPaper['noiseLayer']>({ bodyIsReached: flag, scriptsSwitchItOff: flag });
  const form = { title: words, provenance: words, rows: list(row), images: mapOf(integer), noiseLayer };
  return readPaperFile<FewShotPaper>('topk', 'fid.json', object(form));
}
