// Names of pages and of places on them.

/** The page of an experiment. */
export function pageOfExperiment(experiment: string): string {
  return `results-${experiment}.html`;
}

/** Where that page shows a run. */
export function placeOfRun(profile: string, cell: string): string {
  return `${profile}-${cell}`;
}

/** A text as a place. */
export function idOf(text: string): string {
  const id = text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '-');
  return id.replace(/^-|-$/g, '') || 'section';
}

/** The same, and none that is taken. */
export function uniqueId(text: string, taken: readonly string[]): string {
  const base = idOf(text);
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`;
    if (!taken.includes(id)) return id;
  }
}
