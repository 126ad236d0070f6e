// Which engines a bench measures.
import { type EngineName, inspectEngines } from '../../lib/engine/engine';
import { unknownName } from '../../lib/suggest';

/** All that are here, or the one that GESTALT_ENGINE names. Throws on a name that there is not, and where the one named is not here, saying why. */
export async function enginesAsked(): Promise<EngineName[]> {
  const asked = process.env.GESTALT_ENGINE;
  const states = await inspectEngines();
  if (asked === undefined) return states.filter(({ available }) => available).map(({ name }) => name);
  const known = states.map(({ name }) => name);
  const state = states.find(({ name }) => name === asked);
  if (state === undefined) throw unknownName('engine', asked, known);
  if (!state.available) throw new Error(`The engine ${asked} is not here: ${state.reason}.`);
  return [state.name];
}

export function onGpu(name: EngineName): boolean {
  return name === 'native-gpu' || name === 'webgpu';
}
