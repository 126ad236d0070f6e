// `node:zlib` in a tab.
import { unzlibSync, zlibSync } from 'fflate';

/** Throws on damaged data. */
export function inflateSync(bytes: Uint8Array): Uint8Array {
  return unzlibSync(bytes);
}

export function deflateSync(bytes: Uint8Array, { level }: { level: 1 | 9 }): Uint8Array {
  return zlibSync(bytes, { level });
}
