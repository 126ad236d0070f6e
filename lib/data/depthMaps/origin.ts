// A note beside depth maps of what made them, so that those of two models are not mixed.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFileAtomic } from '../../files';
import type { DepthFormat } from './layout';

const NOTE = 'depth.json';

/** What made the maps of a folder. */
export interface DepthOrigin {
  readonly model: string;
  /** SHA-256 of the ONNX file. */
  readonly hash: string;
  readonly format: DepthFormat;
}

/** Notes what makes the maps of a folder. Throws where its maps are by another model or in another format. */
export function noteOrigin(folder: string, origin: DepthOrigin): void {
  const file = path.join(folder, NOTE);
  const earlier = readOrigin(file);
  if (earlier === undefined) {
    const scaling = 'min-max per image, 0 far .. 255 near';
    writeFileAtomic(file, `${JSON.stringify({ ...origin, scaling }, null, 2)}\n`);
  } else if (earlier.hash !== origin.hash || earlier.format !== origin.format) {
    const [there, now] = [earlier, origin].map(
      ({ model, hash, format }) => `${model} (${String(hash).slice(0, 8)}) as ${format}`,
    );
    throw new Error(
      `The depth maps in ${folder} are by ${there}, those to be made by ${now}. Give another folder, --to <folder>, or delete that one.`,
    );
  }
}

function readOrigin(file: string): DepthOrigin | undefined {
  if (!fs.existsSync(file)) return undefined;
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8')) as DepthOrigin;
  } catch (error) {
    throw new Error(
      `${file}, which says what made the depth maps there, is no JSON: ${(error as Error).message}. Delete it if you know that one model made them.`,
    );
  }
}
