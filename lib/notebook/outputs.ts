// A kernel's output messages gathered into the outputs that a notebook stores.
import type { LiveMetadata } from './display';
import type { MessageContent } from './jupyterClient';
import { type CellOutput, toLines } from './notebookFile';

const isJson = (type: string): boolean => type === 'application/json' || type.endsWith('+json');
const isText = (type: string): boolean =>
  type.startsWith('text/') || type === 'image/svg+xml' || type === 'application/javascript';

/** Gathers the outputs of a whole notebook: a display may be updated from a later cell. */
export class OutputCollector {
  readonly #displays = new Map<string, CellOutput[]>();

  /** Adds what a message says to the outputs of the running cell. */
  add(outputs: CellOutput[], type: string, content: MessageContent): void {
    if (type === 'stream') this.#addText(outputs, content.name, content.text);
    else if (type === 'error') {
      const { ename, evalue, traceback } = content;
      outputs.push({ output_type: 'error', ename, evalue, traceback });
    } else if (type === 'display_data') this.#addDisplay(outputs, content);
    else if (type === 'update_display_data') this.#updateDisplays(content);
  }

  #addText(outputs: CellOutput[], name: string, text: string): void {
    const last = outputs.at(-1);
    if (last?.output_type === 'stream' && last.name === name) last.text = `${last.text}${text}`;
    else outputs.push({ output_type: 'stream', name, text });
  }

  #addDisplay(outputs: CellOutput[], { data, metadata, transient }: MessageContent): void {
    const output: CellOutput = { output_type: 'display_data', data, metadata: metadata ?? {} };
    outputs.push(output);
    const id = transient?.display_id;
    if (id !== undefined) this.#displays.set(id, [...(this.#displays.get(id) ?? []), output]);
  }

  #updateDisplays({ data, metadata, transient }: MessageContent): void {
    for (const output of this.#displays.get(transient?.display_id) ?? []) {
      Object.assign(output, { data, metadata: metadata ?? {} });
    }
  }
}

/** An output as nbformat stores it: carriage returns applied, text in lines, and without what differs from run to run. */
export function toStored(live: CellOutput): CellOutput {
  const output = withoutVolatile(live);
  if (output.output_type === 'stream')
    return { ...output, text: toLines(applyCarriageReturns(String(output.text))) };
  if (!output.data) return output;
  const data = Object.entries(output.data).map(([type, content]) => {
    const inLines = typeof content === 'string' && isText(type) && !isJson(type);
    return [type, inLines ? toLines(content) : content];
  });
  return { ...output, data: Object.fromEntries(data) };
}

function withoutVolatile(output: CellOutput): CellOutput {
  const { gestalt, ...metadata } = (output.metadata ?? {}) as LiveMetadata;
  return gestalt === undefined ? output : { ...output, data: gestalt.kept, metadata };
}

/** What a terminal shows in the end: text after a carriage return replaces the line so far. */
export function applyCarriageReturns(text: string): string {
  return text
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => line.slice(line.replace(/\r+$/, '').lastIndexOf('\r') + 1))
    .join('\n');
}
