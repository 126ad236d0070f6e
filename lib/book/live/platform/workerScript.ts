// `lib/workerScript` in a tab, where no thread starts another.

export function workerScript(module: string): string {
  throw new Error(`In a tab ${module} cannot be run in a thread of its own.`);
}
