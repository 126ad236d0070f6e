// What a processor can do, since the same code runs at another ratio on each: vector extensions, caches, what V8 makes of them.
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';

/** Extensions on which the speed of dense arithmetic depends, as Linux and macOS name them, in their order of appearance. */
const EXTENSIONS = [
  'sse4_1',
  'avx',
  'fma',
  'avx2',
  'avx512f',
  'avx512_vnni',
  'avx512_bf16',
  'amx_tile',
  'amx_bf16',
  'asimd',
  'asimdhp',
  'sve',
  'sve2',
];

/** A module with one relaxed SIMD instruction (`i8x16.relaxed_swizzle`). */
const RELAXED_SIMD = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2,
  253, 15, 253, 128, 2, 11,
];

/** E.g. `sse4_1, avx, fma, avx2; caches 48K, 2M, 240M; WebAssembly without relaxed SIMD`. */
export function processorInWords(): string {
  const flags = flagsOf();
  const known = EXTENSIONS.filter((name) => flags.includes(name));
  const caches = cachesOf();
  return [
    known.length > 0 ? known.join(', ') : 'vector extensions unknown',
    ...(caches.length > 0 ? [`caches ${caches.join(', ')}`] : []),
    `WebAssembly ${hasRelaxedSimd() ? 'with' : 'without'} relaxed SIMD`,
  ].join('; ');
}

/** Its widest vectors, e.g. `avx2` or `avx512f`: processors of one name differ in them. Empty where that is unknown. */
export function widestVectors(): string {
  const flags = flagsOf();
  return ['sve', 'asimd', 'avx512f', 'avx2', 'avx', 'sse4_1'].find((name) => flags.includes(name)) ?? '';
}

function flagsOf(): string[] {
  try {
    const lines =
      process.platform === 'darwin'
        ? execFileSync('sysctl', ['-a'], { encoding: 'utf8', maxBuffer: 1e8 }).match(
            /^machdep\.cpu\..*features.*$/gm,
          )
        : fs.readFileSync('/proc/cpuinfo', 'utf8').match(/^(flags|Features)\s*:.*$/m);
    return (lines ?? []).join(' ').toLowerCase().replaceAll('.', '_').split(/\s+/);
  } catch {
    return [];
  }
}

/** First-level data cache and those behind it, of the first core (Linux). */
function cachesOf(): string[] {
  const folder = '/sys/devices/system/cpu/cpu0/cache';
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder)
    .filter((name) => /^index\d$/.test(name))
    .sort()
    .flatMap((name) => {
      const read = (field: string): string => fs.readFileSync(`${folder}/${name}/${field}`, 'utf8').trim();
      return read('type') === 'Instruction' ? [] : [read('size')];
    });
}

function hasRelaxedSimd(): boolean {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } };
  return WebAssembly.validate(Uint8Array.from(RELAXED_SIMD));
}
