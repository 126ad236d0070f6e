// The scripts that a page loads when they are first needed: their names, which both the page and the bundler know.
import type { ClassName } from '../../data/relief16/classes';

/** Workers, as scripts that hold their source. */
export type WorkerName = 'pictures' | 'networks';

/** Files of the repository, as scripts that hold them. */
export type DataName =
  | 'pixels'
  | 'tensors'
  | 'webgpu'
  | 'spectrum'
  | 'network'
  | 'drawings'
  | `drawings-${ClassName}`;

export type AssetName = WorkerName | DataName;

/** The name of an asset's script, in the folder of `live.js`. */
export function scriptOf(name: AssetName): string {
  return `live-${name}.js`;
}

/** What each worker cannot start without. */
export const NEEDED: Readonly<Record<WorkerName, readonly DataName[]>> = {
  pictures: ['pixels', 'drawings'],
  networks: ['pixels', 'tensors', 'drawings'],
};

/** The prepared drawings of some classes. */
export function drawingsOfClasses(classes: readonly ClassName[]): DataName[] {
  return classes.map((name) => `drawings-${name}` as const);
}

/** The trained network that ships with the repository, from its root. */
export const NETWORK_FILE = '/data/records/tiny/stimuli-transfer/seed0.safetensors';

/** The function that scripts call on the page, with their name and what they hold: a worker's source, or files by path in Base64. */
export const RECEIVER = 'gestaltLive';
export type Held = string | Readonly<Record<string, string>>;
export type Receiver = (name: AssetName, held: Held) => void;
