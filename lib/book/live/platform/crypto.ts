// `node:crypto` in a tab: SHA-256, at once rather than by a promise as the browser's own.
import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';

export interface Hash {
  update(part: string | Uint8Array): Hash;
  digest(encoding: 'hex'): string;
}

/** Throws on other algorithms. */
export function createHash(algorithm: string): Hash {
  if (algorithm !== 'sha256') throw new Error(`A tab hashes by sha256 only, not by ${algorithm}.`);
  const hash = sha256.create();
  const wrapped: Hash = {
    update(part) {
      hash.update(part);
      return wrapped;
    },
    digest: () => bytesToHex(hash.digest()),
  };
  return wrapped;
}
