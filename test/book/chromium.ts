// The page with all widgets in a real Chromium, opened from a file.
import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { writeLivePage } from '../../lib/book/live/page';
import { fromRoot } from '../../lib/files';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';

/** Why there is no browser here, or undefined. */
export function whyNoChromium(): string | undefined {
  if (!fs.existsSync(CHROMIUM)) return `Chromium is not at ${CHROMIUM} (CHROMIUM_PATH names another place)`;
  if (!fs.existsSync(fromRoot('node_modules', 'playwright-core'))) return 'playwright-core is not installed';
  return undefined;
}

/** A browser with the page's folder. */
export interface LiveBrowser {
  readonly folder: string;
  /** A fresh page; what it asked for and what went wrong in it. `before` runs in it first, `search` ends its address. */
  open(before?: string, search?: string): Promise<OpenPage>;
  /** Ends the process that draws and computes on the GPU; Chromium starts another. */
  crashGpu(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenPage {
  readonly page: Page;
  readonly requests: string[];
  readonly errors: string[];
}

/** Gives Chromium WebGPU in software: SwiftShader, which lies beside it. */
export const SOFTWARE_GPU = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader'];

/** Writes the page and starts Chromium, by default without a GPU. */
export async function liveBrowser(gpu: readonly string[] = ['--disable-gpu']): Promise<LiveBrowser> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'gestalt-live-'));
  const file = await writeLivePage(folder);
  const { chromium } = await import('playwright-core');
  const args = ['--headless', '--no-sandbox', ...gpu];
  const browser: Browser = await chromium.launch({ executablePath: CHROMIUM, args });
  return {
    folder,
    async open(before, search = '') {
      const page = await browser.newPage({ viewport: { width: 1100, height: 1400 } });
      page.setDefaultTimeout(120_000);
      const [requests, errors]: [string[], string[]] = [[], []];
      page.on('request', (request) => requests.push(request.url()));
      page.on('pageerror', ({ message }) => errors.push(message));
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(message.text());
      });
      if (before !== undefined) await page.addInitScript(before);
      await page.addInitScript(
        'window.told = []; document.addEventListener("live-result", ({ detail }) => told.push(detail));',
      );
      await page.goto(pathToFileURL(file).href + search);
      return { page, requests, errors };
    },
    async crashGpu() {
      const session = await browser.newBrowserCDPSession();
      await session.send('Browser.crashGpuProcess');
    },
    async close() {
      await browser.close();
      fs.rmSync(folder, { recursive: true });
    },
  };
}

/** The last of the first `count` things that the page's widgets told, or of all; typed arrays bit for bit. */
export async function told<Told>(page: Page, count?: number): Promise<Told> {
  if (count !== undefined) await page.waitForFunction(`told.length >= ${count}`);
  const text = (await page.evaluate(
    `JSON.stringify(told[${count ?? 'told.length'} - 1], ${PACK})`,
  )) as string;
  return JSON.parse(text, unpack) as Told;
}

/** In the page: a typed array as its kind and its bytes in hexadecimal digits. */
const PACK = `(_, value) => ArrayBuffer.isView(value) ? {
  kind: value.constructor.name,
  hex: Array.from(new Uint8Array(value.buffer, value.byteOffset, value.byteLength), (byte) => byte.toString(16).padStart(2, '0')).join(''),
} : value`;

function unpack(_: string, value: unknown): unknown {
  const { kind, hex } = (value ?? {}) as { kind?: string; hex?: string };
  if (hex === undefined) return value;
  const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
  return kind === 'Float32Array' ? new Float32Array(bytes.buffer) : bytes;
}

/** Bit for bit, signs of zeros included. */
export function same(there: Uint8Array | Float32Array, here: Uint8Array | Float32Array, what?: string): void {
  const [a, b] = [there, here].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  );
  assert.equal(a.length, b.length, what);
  const place = a.findIndex((byte, i) => byte !== b[i]);
  assert.equal(place, -1, `${what ?? 'the arrays'} differ from byte ${place} on`);
}

/** The last part of an address. */
export function nameOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}
