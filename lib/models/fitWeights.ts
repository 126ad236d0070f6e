// Weights of a file under the names of a network: timm's names become torchvision's, and all that does not fit is reported at once.
import { distance } from 'fastest-levenshtein';
import type { ImageModel, NamedWeight } from './model';
import type { StoredTensor } from './safetensors';

/** timm's names of VGG's classifier, which it writes as convolutions: `[4096, 512, 7, 7]` are, number by number, `[4096, 25088]`. */
const TIMM_NAMES: readonly (readonly [timm: RegExp, torchvision: string])[] = [
  [/^pre_logits\.fc1\./, 'classifier.0.'],
  [/^pre_logits\.fc2\./, 'classifier.3.'],
  [/^head\.fc\./, 'classifier.6.'],
];

/** PyTorch counts the batches a batch norm has seen; nothing here depends on it. */
const IGNORED = /(^|\.)num_batches_tracked$/;

/** A report lists no more weights of a kind than these. */
const MOST_LISTED = 6;
/** Names further apart than this share of their length are not the same name misspelt. */
const FAR = 0.4;

type Shapes = ReadonlyMap<string, readonly number[]>;

/** The tensors of a file under the network's names and in its shapes (PyTorch's): what `loadWeights` takes.
 *
 *  Throws unless they are exactly the network's weights, naming `source` and, of each kind, what is missing, what is of another shape and what
 *  the network does not have, with the nearest missing name. */
export function fitWeights(
  model: ImageModel,
  tensors: ReadonlyMap<string, StoredTensor>,
  source: string,
): Map<string, StoredTensor> {
  const shapes = new Map([...model.parameters(), ...model.buffers()].map(torchShape));
  const given = [...tensors.values()].filter(({ name }) => !IGNORED.test(name));
  const fitted = given.map((tensor) => reshaped(renamed(tensor, shapes), shapes));
  const found = new Map(fitted.map((tensor) => [tensor.name, tensor]));
  const missing = [...shapes].filter(([name]) => !found.has(name));
  const problems = [
    ...listed(
      'missing',
      missing.map(([name, shape]) => `${name} [${shape.join(', ')}]`),
    ),
    ...listed(
      'of another shape',
      fitted.flatMap((tensor) => otherShape(tensor, shapes)),
    ),
    ...listed(
      'not of this network',
      [...found.keys()]
        .filter((name) => !shapes.has(name))
        .map(
          (name) =>
            name +
            hint(
              name,
              missing.map(([known]) => known),
            ),
        ),
    ),
  ];
  if (problems.length === 0) return found;
  const { architecture } = model.spec;
  throw new Error(
    [`Cannot load ${source}: its weights are not those of this ${architecture}.`, ...problems].join('\n'),
  );
}

/** In memory a convolution is [kh, kw, in, out] and a linear layer [in, out]. */
function torchShape({ name, variable: { shape } }: NamedWeight): [string, readonly number[]] {
  if (shape.length !== 2 && shape.length !== 4) return [name, shape];
  return [name, [...shape.slice(-2).reverse(), ...shape.slice(0, -2)]];
}

function renamed(tensor: StoredTensor, shapes: Shapes): StoredTensor {
  if (shapes.has(tensor.name)) return tensor;
  const rule = TIMM_NAMES.find(([timm]) => timm.test(tensor.name));
  const name = rule === undefined ? tensor.name : tensor.name.replace(...rule);
  return shapes.has(name) ? { ...tensor, name } : tensor;
}

/** Convolutions that span the whole map, as linear layers. */
function reshaped(tensor: StoredTensor, shapes: Shapes): StoredTensor {
  const shape = shapes.get(tensor.name);
  if (shape?.length !== 2 || tensor.shape.length !== 4) return tensor;
  const [out, ...rest] = tensor.shape;
  const inputs = rest.reduce((product, side) => product * side, 1);
  return out === shape[0] && inputs === shape[1] ? { ...tensor, shape } : tensor;
}

function otherShape({ name, shape }: StoredTensor, shapes: Shapes): string[] {
  const expected = shapes.get(name);
  if (expected === undefined || expected.join() === shape.join()) return [];
  return [`${name} is [${shape.join(', ')}], the network's [${expected.join(', ')}]`];
}

function listed(kind: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  const more = items.length > MOST_LISTED ? [`    and ${items.length - MOST_LISTED} more`] : [];
  return [
    `  ${kind} (${items.length}):`,
    ...items.slice(0, MOST_LISTED).map((item) => `    ${item}`),
    ...more,
  ];
}

function hint(name: string, known: readonly string[]): string {
  const [nearest] = [...known].sort((a, b) => distance(name, a) - distance(name, b));
  const isNear = nearest !== undefined && distance(name, nearest) <= FAR * name.length;
  return isNear ? ` (${nearest}?)` : '';
}
