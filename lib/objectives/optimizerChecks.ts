// What every optimizer refuses: gradients and state that are not its weights'.
import type { NamedWeight } from '../models/model';
import type { NamedTensor } from './optimizer';

/** Throws unless there is a gradient for each weight, and no other. */
export function checkGradients(parameters: readonly NamedWeight[], given: readonly string[]): void {
  const names = parameters.map(({ name }) => name);
  const missing = names.find((name) => !given.includes(name));
  if (missing !== undefined) throw new Error(`The optimizer got no gradient for "${missing}".`);
  const extra = given.find((name) => !names.includes(name));
  if (extra !== undefined)
    throw new Error(`The optimizer got a gradient for "${extra}", which it does not train.`);
}

/** Throws unless the state is nothing (no step taken yet), or all that is expected, each of its shape. */
export function checkState(
  expected: Readonly<Record<string, readonly number[]>>,
  state: readonly NamedTensor[],
): void {
  const lacking = new Map(Object.entries(expected));
  for (const { name, tensor } of state) {
    const shape = lacking.get(name);
    if (!shape) throw new Error(`Optimizer state holds "${name}", which belongs to no trained weight.`);
    if (tensor.shape.join() !== shape.join())
      throw new Error(`Optimizer state "${name}" has shape [${tensor.shape}], expected [${shape}].`);
    lacking.delete(name);
  }
  const [missing] = lacking.keys();
  if (state.length > 0 && missing !== undefined) throw new Error(`Optimizer state lacks "${missing}".`);
}
