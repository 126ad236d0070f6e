// Pictures that go on beyond their border as in a mirror that lies on the outermost pixels (OpenCV's default).
import type { ByteImageLike } from './image';
import { type KernelMemory, suppressionKernels } from './wasm/suppressions';

/** The place within `0 .. count - 1` that is seen at a place outside: -1 shows 1, `count` shows `count - 2`, and so on, back and forth. */
export function mirrored(place: number, count: number): number {
  if (count === 1) return 0;
  const period = 2 * (count - 1);
  const within = ((place % period) + period) % period;
  return within < count ? within : period - within;
}

/** The places that are seen from `border` places before the first to `border` behind the last, each times `size`. */
export function mirroredPlaces(count: number, border: number, size = 1): Int32Array {
  const places = new Int32Array(count + 2 * border);
  for (let i = 0; i < count; i++) places[border + i] = i * size;
  for (let i = 1; i <= border; i++) {
    places[border - i] = mirrored(-i, count) * size;
    places[border + count - 1 + i] = mirrored(count - 1 + i, count) * size;
  }
  return places;
}

/** Three planes of u16 in the kernels' memory, one behind the other; of grey pictures the second and third are 0. */
export interface MirroredPlanes {
  readonly address: number;
  /** Values of a plane, and of a row of it. */
  readonly plane: number;
  readonly pitch: number;
  /** Where the picture's first pixel lies in a plane, in values. */
  readonly start: number;
}

/** Kernels take this many values at a time, and may begin with a row's last one. */
const VALUES_AT_ONCE = 8;

/** A picture with `border` pixels more on each side. */
export function mirroredPlanes(
  memory: KernelMemory,
  { width, height, channels, data }: ByteImageLike,
  border: number,
): MirroredPlanes {
  const pitch = VALUES_AT_ONCE * Math.ceil((width + 2 * border) / VALUES_AT_ONCE + 2);
  const high = height + 2 * border;
  const plane = pitch * high;
  const columns = new Int32Array(pitch);
  columns.set(mirroredPlaces(width, border, channels));
  const bytes = 3 * plane * Uint16Array.BYTES_PER_ELEMENT;
  const address = channels === 3 ? memory.reserve(bytes) : memory.zeros(bytes);
  suppressionKernels().mirroredPlanes(
    memory.put(data),
    width,
    channels,
    border,
    memory.put(columns),
    pitch,
    memory.put(mirroredPlaces(height, border)),
    high,
    address,
  );
  return { address, plane, pitch, start: border * pitch + border };
}
