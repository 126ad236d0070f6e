// Files of the book that are named by their content: written once, whichever page shows them.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sha256 } from '../files';

export class Assets {
  readonly #written = new Set<string>();

  /** `folder` is the book's. */
  constructor(readonly folder: string) {}

  /** Writes `content` below `room` of the book, e.g. `pictures`, and returns its address from a page. */
  add(room: string, ending: string, content: string | Uint8Array): string {
    const address = `${room}/${sha256(content).slice(0, 16)}.${ending}`;
    if (!this.#written.has(address)) {
      const file = path.join(this.folder, address);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, content);
      this.#written.add(address);
    }
    return address;
  }
}

/** Data as a script, which hands them to the page by its own address (lib/book/client/scripts.ts). */
export function dataScript(value: unknown): string {
  return `bookData(document.currentScript.getAttribute('src'), ${JSON.stringify(value)});\n`;
}
