/// <reference lib="dom" />
// What the address of a page says to the library, as the environment does in Node: `index.html?GESTALT_WEBGPU_SOFTWARE=1`.

const NAMES = ['GESTALT_WEBGPU_SOFTWARE'] as const;

export type Environment = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;

export function environment(): Environment {
  const said = [...new URLSearchParams(location.search)];
  return Object.fromEntries(said.filter(([name]) => (NAMES as readonly string[]).includes(name)));
}
