// Packages that not everybody has: loaded when something needs them, and not before.

/** Loads an optional package. Throws, saying what needs it and how to install it, where it or its native part is missing. */
export function loadOptional<Package>(
  name: string,
  { neededBy, load = () => require(name) }: { neededBy: string; load?: () => unknown },
): Package {
  try {
    return load() as Package;
  } catch (error) {
    const [reason] = (error as Error).message.split('\n');
    throw new Error(
      `${neededBy} need the optional package ${name}, which did not load: ${reason}. Install it: ONNXRUNTIME_NODE_INSTALL_CUDA=skip npm ci`,
    );
  }
}
