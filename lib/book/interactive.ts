// What a figure gains on a page with script: values under the pointer, and a legend that picks what is shown.
export type Spec = Record<string, unknown>;

/** The name of the selection by the legend. */
const PICKED = 'picked';

/** A larger specification is a map of thousands of cells, in which nothing is to be read off. */
const LARGEST = 400_000;

/** Whether there is something to read off: not where pictures are all that is shown. */
export function isWorthScript(spec: Spec): boolean {
  const json = JSON.stringify(spec);
  return json.length <= LARGEST && !/"(?:type|mark)":"image"/.test(json);
}

/** The specification with tooltips on every mark, and with a selection bound to each legend of a named colour: a click on a name leaves the others faint. */
export function interactive(spec: Spec): Spec {
  const config = (spec.config ?? {}) as Spec;
  const mark = { tooltip: true, ...((config.mark as Spec | undefined) ?? {}) };
  return { ...withLegends(spec), config: { ...config, mark } };
}

function withLegends(spec: Spec): Spec {
  const inner = Object.fromEntries(
    Object.entries(spec).map(([key, value]) => [key, isView(key, value) ? eachView(value) : value]),
  );
  const field = colourField(spec);
  if (field === null) return inner;
  const params = [
    { name: PICKED, select: { type: 'point', fields: [field] }, bind: 'legend' },
    ...((spec.params as Spec[] | undefined) ?? []),
  ];
  if (Array.isArray(spec.layer)) {
    const layers = (inner.layer as Spec[]).map((layer, i) => {
      const faint = layerFades(layer) ? fading(layer, field) : layer;
      return i === 0 ? { ...faint, params } : faint;
    });
    return { ...inner, layer: layers };
  }
  return 'mark' in spec ? { ...fading(inner, field), params } : inner;
}

function isView(key: string, value: unknown): boolean {
  return key === 'spec' || (/^(h|v)?concat$/.test(key) && Array.isArray(value));
}

function eachView(value: unknown): unknown {
  return Array.isArray(value) ? value.map((view) => withLegends(view as Spec)) : withLegends(value as Spec);
}

/** The field of a nominal colour with a legend: of the view itself, or of its first layer that has one. */
function colourField(spec: Spec): string | null {
  if (!('mark' in spec) && !Array.isArray(spec.layer)) return null;
  const encodings = [spec, ...((spec.layer as Spec[] | undefined) ?? [])].map(
    ({ encoding }) => encoding as Spec | undefined,
  );
  for (const encoding of encodings) {
    const colour = encoding?.color as Spec | undefined;
    if (colour?.type === 'nominal' && colour.legend !== null && typeof colour.field === 'string')
      return colour.field;
  }
  return null;
}

/** Text stays, and so does what has an opacity of its own as data. */
function layerFades({ mark, encoding }: Spec): boolean {
  const type = typeof mark === 'string' ? mark : (mark as Spec | undefined)?.type;
  return type !== 'text' && (encoding as Spec | undefined)?.opacity === undefined;
}

function fading(view: Spec, field: string): Spec {
  const encoding = (view.encoding ?? {}) as Spec;
  if (encoding.opacity !== undefined) return view;
  const own = typeof view.mark === 'object' ? ((view.mark as Spec).opacity as number | undefined) : undefined;
  // Marks without the field, such as a rule for chance, belong to no name.
  const test = { test: { or: [{ param: PICKED }, `!isValid(datum[${JSON.stringify(field)}])`] } };
  return {
    ...view,
    encoding: { ...encoding, opacity: { condition: { ...test, value: own ?? 1 }, value: 0.08 } },
  };
}
