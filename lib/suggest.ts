// Answers to names that do not exist.
import { distance } from 'fastest-levenshtein';

/** The error for an unknown name: what it was, the nearest known name, and all known names. */
export function unknownName(kind: string, name: string, known: readonly string[]): Error {
  const nearest = [...known].sort((a, b) => distance(name, a) - distance(name, b))[0];
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return new Error(`Unknown ${kind} "${name}".${hint} Known: ${known.join(', ') || 'none'}.`);
}
