// Answers to names that do not exist.
import { distance } from 'fastest-levenshtein';

/** A message lists no more names than these: ImageNet has a thousand classes. */
const MOST_NAMES = 40;

/** The error for an unknown name: what it was, the nearest known name, and the known names. */
export function unknownName(kind: string, name: string, known: readonly string[]): Error {
  const nearest = [...known].sort((a, b) => distance(name, a) - distance(name, b))[0];
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  const more = known.length > MOST_NAMES ? ` and ${known.length - MOST_NAMES} more` : '';
  const names = known.slice(0, MOST_NAMES).join(', ') || 'none';
  return new Error(`Unknown ${kind} "${name}".${hint} Known: ${names}${more}.`);
}
