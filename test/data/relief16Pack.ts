// A small pack of drawings for tests: six of each class, prepared into a temporary cache.
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { CLASS_NAMES, type ClassName } from '../../lib/data/relief16/classes';
import { readPack } from '../../lib/data/relief16/pack';

export interface SmallPack {
  readonly folder: string;
  readonly packFile: string;
  readonly cache: string;
}

/** Few classes, so that tests prepare few drawings. */
export const FEW: readonly ClassName[] = ['bicycle', 'clock', 'dog', 'knife'];

export function writeSmallPack(): SmallPack {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-relief16-'));
  const packFile = path.join(folder, 'icons.json');
  const pack = readPack();
  const small = Object.fromEntries(CLASS_NAMES.map((name) => [name, pack[name].slice(0, 6)]));
  fs.writeFileSync(packFile, JSON.stringify(small));
  return { folder, packFile, cache: path.join(folder, 'cache') };
}
