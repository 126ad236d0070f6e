// One text for one value: the order of keys does not matter.
import { sha256 } from '../files';

/** SHA-256 of a JSON value, whatever the order of its keys. What JSON cannot hold (undefined) is left out, as on writing. */
export function hashJson(value: unknown): string {
  return sha256(
    JSON.stringify(value, (_, inner) =>
      inner !== null && typeof inner === 'object' && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : inner,
    ),
  );
}
