// A GPU in software for tests: SwiftShader, which comes with Chromium.
import * as fs from 'node:fs';
import * as os from 'node:os';

const DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** The environment in which Vulkan finds it, or undefined where there is none. */
export function softwareGpu(): NodeJS.ProcessEnv | undefined {
  if (!fs.existsSync(DRIVER)) return undefined;
  return { VK_ICD_FILENAMES: DRIVER, VK_DRIVER_FILES: DRIVER, XDG_RUNTIME_DIR: os.tmpdir() };
}
