// What the controls of the suppressions say: for the page, which computes nothing itself.
import { CLASS_NAMES, type ClassName } from '../../../data/relief16/classes';
import type { ExactSuppression } from '../../../data/relief16/exactSuppressions';
import type { SuppressionRequest } from '../../../distortions/suppressions';
import type { ReliefRequest } from './reliefRequest';

export interface SuppressedRequest {
  readonly picture: Omit<ReliefRequest, 'count'>;
  /** A filter of the pixels, or a rendering of the same scene. */
  readonly taken: SuppressionRequest | { readonly exact: ExactSuppression };
}

/** The classes whose drawings a request needs: a foreign hue is that of the next class. */
export function suppressedClasses({ picture: { className }, taken }: SuppressedRequest): ClassName[] {
  if (!('exact' in taken) || taken.exact !== 'other-colour') return [className];
  return [className, CLASS_NAMES[(CLASS_NAMES.indexOf(className) + 1) % CLASS_NAMES.length]];
}
