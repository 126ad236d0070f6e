/// <reference lib="dom" />
// The package `webgpu` in a tab: the browser's own.
import { type Adapter, browserGpu, type Gpu } from '../gpu';

/** WebGPU's names are there already. */
export const globals = {};

export function create(): Gpu {
  const gpu = browserGpu() as Gpu;
  return { requestAdapter: async (options) => named(await gpu.requestAdapter(options)) };
}

/** Browsers may keep back who made a GPU; the library takes an adapter without a vendor for none. */
function named(adapter: Adapter | null): Adapter | null {
  if (adapter?.info.vendor !== '') return adapter;
  const { architecture, isFallbackAdapter } = adapter.info;
  const value = { vendor: 'unknown', architecture, description: '', isFallbackAdapter };
  return Object.defineProperty(adapter, 'info', { value });
}
