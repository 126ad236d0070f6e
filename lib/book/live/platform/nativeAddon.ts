// `lib/engine/native/addon` in a tab: TensorFlow's C library does not run there.
import type { EngineState } from '../../../engine/state';

export function addonState(): EngineState {
  return { available: false, reason: 'a tab runs no native code', fix: 'use wasm' };
}

export async function loadAddon(): Promise<void> {
  throw new Error('a tab runs no native code');
}
