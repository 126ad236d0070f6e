// The files of a depth model: where they are, and whether they say that they are one.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { type HubOptions, isHubId } from '../hub';
import { downloadModel } from './hub';

/** Kinds of models that predict relative inverse depth, near bright. */
const MODEL_TYPES = ['depth_anything', 'dpt'];

export interface ModelFiles {
  /** For messages and the note beside the maps; no path of this machine. */
  readonly name: string;
  /** Absolute; holds `config.json` and `preprocessor_config.json`. */
  readonly folder: string;
  /** The ONNX file, as a path from the folder. */
  readonly onnx: string;
}

/** Finds a model: a folder, an ONNX file, or `owner/name` of the hub, which is downloaded once.
 *
 *  Throws, naming the file and what was expected, where it is missing or says that it is no model of relative depth. */
export async function findModel(given: string, options: HubOptions = {}): Promise<ModelFiles> {
  const stat = fs.statSync(given, { throwIfNoEntry: false });
  if (stat === undefined && !isHubId(given))
    throw new Error(
      `The model ${given} is no folder, no .onnx file and no id of the Hugging Face hub (owner/name).`,
    );
  const root = stat === undefined ? await downloadModel(given, options) : path.resolve(given);
  const { folder, onnx } = stat?.isFile() ? besideConfig(root) : { folder: root, onnx: onnxIn(root) };
  const config = readJson(path.join(folder, 'config.json'), 'names the kind of the model (model_type)');
  checkKind(config, path.join(folder, 'config.json'));
  readJson(path.join(folder, 'preprocessor_config.json'), 'says how images are resized and normalised');
  const name = stat === undefined ? given : path.posix.join(path.basename(folder), onnx);
  return { name, folder, onnx };
}

/** Of `<folder>/onnx/model.onnx` the configuration is one folder up, as on the hub. */
function besideConfig(file: string): { folder: string; onnx: string } {
  if (path.extname(file) !== '.onnx') throw new Error(`The model ${file} is no .onnx file.`);
  const [inner, outer] = [path.dirname(file), path.dirname(path.dirname(file))];
  const isInner = fs.existsSync(path.join(inner, 'config.json')) || path.basename(inner) !== 'onnx';
  const folder = isInner ? inner : outer;
  return { folder, onnx: path.relative(folder, file).split(path.sep).join('/') };
}

function onnxIn(folder: string): string {
  const found = ['onnx/model.onnx', 'model.onnx'].find((file) => fs.existsSync(path.join(folder, file)));
  if (found !== undefined) return found;
  const others = ['onnx', ''].flatMap((inner) => {
    const at = path.join(folder, inner);
    if (!fs.existsSync(at)) return [];
    return fs.readdirSync(at).filter((name) => name.endsWith('.onnx'));
  });
  const hint = others.length === 0 ? '' : ` It holds ${others.join(', ')}: name one, --model <file>.`;
  throw new Error(`The model's folder ${folder} has no onnx/model.onnx and no model.onnx.${hint}`);
}

function readJson(file: string, purpose: string): Record<string, unknown> {
  let text: string;
  try {
    text = fs.readFileSync(file, 'utf8');
  } catch {
    throw new Error(
      `The model has no ${path.basename(file)}, which ${purpose}: expected ${file}. Take it from where the model is from.`,
    );
  }
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    throw new Error(`${file} is no JSON: ${(error as Error).message}.`);
  }
}

function checkKind(config: Record<string, unknown>, file: string): void {
  const { model_type: kind, depth_estimation_type: scale } = config;
  if (typeof kind !== 'string' || !MODEL_TYPES.includes(kind))
    throw new Error(
      `${file}: model_type is ${JSON.stringify(kind)}; expected a model of relative depth, ${MODEL_TYPES.join(' or ')}.`,
    );
  if (scale === 'metric')
    throw new Error(
      `${file}: the model predicts metres, where near is small; expected one of relative depth, where near is large.`,
    );
}
