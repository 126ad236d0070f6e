// Depth models of the Hugging Face hub: downloaded once, then read from the cache.
import { type HubOptions, hubFile, hubFolder } from '../hub';

/** The files of a model, the small ones first: a model of another kind is refused before its weights are loaded. */
export const MODEL_FILES = ['config.json', 'preprocessor_config.json', 'onnx/model.onnx'] as const;

/** The folder of a model of the hub, after its missing files were downloaded. Throws where one cannot be had, saying what to do. */
export async function downloadModel(id: string, options: HubOptions = {}): Promise<string> {
  for (const file of MODEL_FILES) {
    try {
      await hubFile(id, file, options);
    } catch (error) {
      options.signal?.throwIfAborted();
      throw new Error(
        `Cannot fetch the model ${id}: ${(error as Error).message}. Give a folder instead: --model <folder> with ${MODEL_FILES.join(', ')}, fetched by hand or on another machine.`,
      );
    }
  }
  return hubFolder(id, options);
}
