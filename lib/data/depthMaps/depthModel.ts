// A depth model that runs: an image in, relative depth out.
import * as fs from 'node:fs';
import * as path from 'node:path';
import { sha256 } from '../../files';
import type { HubOptions } from '../hub';
import type { ByteImage } from '../imageSource';
import { findModel, type ModelFiles } from './modelFiles';
import { type DepthPipeline, loadTransformers } from './transformers';

/** ONNX Runtime is silent but for errors. */
const ERRORS_ONLY = 3;

export interface DepthModel {
  /** For messages and the note beside the maps. */
  readonly name: string;
  /** SHA-256 of the ONNX file. */
  readonly hash: string;
  /** Relative inverse depth, `height x width` of the image, near large; any scale. */
  predict(image: ByteImage): Promise<Float32Array>;
  /** Frees the model. */
  close(): Promise<void>;
}

/** Loads a Depth-Anything model (or a DPT) from a folder, an ONNX file or the hub into ONNX Runtime.
 *
 *  Throws, naming the file and what was expected, for what is missing, is no ONNX file or no depth model; and where the package is missing. */
export async function loadDepthModel(model: string, options: HubOptions = {}): Promise<DepthModel> {
  const { RawImage, pipeline } = loadTransformers();
  const files = await findModel(model, options);
  const estimate = await open(files, pipeline);
  checkSession(estimate, files);
  return {
    name: files.name,
    hash: sha256(fs.readFileSync(path.join(files.folder, files.onnx))),
    async predict({ data, width, height, channels }) {
      const pixels = new Uint8ClampedArray(data.buffer, data.byteOffset, data.byteLength);
      const { predicted_depth: depth } = await estimate(new RawImage(pixels, width, height, channels));
      return Float32Array.from(depth.data);
    },
    close: async () => void (await estimate.dispose()),
  };
}

async function open(
  { folder, onnx }: ModelFiles,
  pipeline: (task: 'depth-estimation', folder: string, options: object) => Promise<DepthPipeline>,
): Promise<DepthPipeline> {
  const inner = path.posix.dirname(onnx);
  try {
    return await pipeline('depth-estimation', folder, {
      local_files_only: true,
      dtype: 'fp32',
      subfolder: inner === '.' ? '' : inner,
      model_file_name: path.posix.basename(onnx, '.onnx'),
      session_options: { logSeverityLevel: ERRORS_ONLY },
    });
  } catch (error) {
    const reason = (error as Error).message.trim().replace(/\.+$/, '');
    throw new Error(
      `Cannot load ${path.join(folder, onnx)}: ${reason}. Expected a Depth-Anything model in ONNX; if it was cut off, delete it and fetch it again.`,
    );
  }
}

function checkSession({ model }: DepthPipeline, { folder, onnx }: ModelFiles): void {
  const { inputNames, outputNames } = model.sessions.model;
  if (inputNames.includes('pixel_values') && outputNames.includes('predicted_depth')) return;
  throw new Error(
    `${path.join(folder, onnx)} is no depth model: its inputs are ${inputNames.join(', ')} and its outputs ${outputNames.join(', ')}; expected pixel_values and predicted_depth.`,
  );
}
