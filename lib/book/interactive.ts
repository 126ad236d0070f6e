// What a figure gains on a page with script: values under the pointer, and a legend that picks what is shown.
export type Spec = Record<string, unknown>;

/** How the selections by legends are called, with a number behind. */
const PICKED = 'picked';

/** A larger specification is a map of thousands of cells, in which nothing is to be read off. */
const LARGEST = 400_000;

/** Whether there is something to read off: not where pictures are all that is shown. */
export function isWorthScript(spec: Spec): boolean {
  const json = JSON.stringify(spec);
  return json.length <= LARGEST && !/"(?:type|mark)":"image"/.test(json);
}

/** The specification with tooltips on every mark, and with a selection bound to the legend of each named colour: a click on a name leaves the others faint. */
export function interactive(spec: Spec): Spec {
  const config = (spec.config ?? {}) as Spec;
  const mark = { tooltip: true, ...((config.mark as Spec | undefined) ?? {}) };
  return { ...withLegends(spec, new Map()), config: { ...config, mark } };
}

/** Names of the selections by field: views side by side share a legend, so they share its selection, too. */
type Selections = Map<string, string>;

function withLegends(spec: Spec, selections: Selections): Spec {
  const inner = Object.fromEntries(
    Object.entries(spec).map(([key, value]) => [
      key,
      isView(key, value) ? eachView(value, selections) : value,
    ]),
  );
  const field = colourField(spec);
  if (field === null) return inner;
  const isFirst = !selections.has(field);
  const name = selections.get(field) ?? `${PICKED}${selections.size + 1}`;
  selections.set(field, name);
  const selection = { name, select: { type: 'point', fields: [field] }, bind: 'legend' };
  const selecting = (view: Spec): Spec =>
    isFirst ? { ...view, params: [selection, ...((view.params as Spec[] | undefined) ?? [])] } : view;
  if (Array.isArray(spec.layer)) {
    const layers = (inner.layer as Spec[]).map((layer, i) => {
      const faint = layerFades(layer) ? fading(layer, field, name) : layer;
      return i === 0 ? selecting(faint) : faint;
    });
    return { ...inner, layer: layers };
  }
  return 'mark' in spec ? selecting(fading(inner, field, name)) : inner;
}

function isView(key: string, value: unknown): boolean {
  return key === 'spec' || (/^(h|v)?concat$/.test(key) && Array.isArray(value));
}

function eachView(value: unknown, selections: Selections): unknown {
  if (Array.isArray(value)) return value.map((view) => withLegends(view as Spec, selections));
  return withLegends(value as Spec, selections);
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

function fading(view: Spec, field: string, selection: string): Spec {
  const encoding = (view.encoding ?? {}) as Spec;
  if (encoding.opacity !== undefined) return view;
  const own = typeof view.mark === 'object' ? ((view.mark as Spec).opacity as number | undefined) : undefined;
  // Marks without the field, such as a rule for chance, belong to no name.
  const test = { test: { or: [{ param: selection }, `!isValid(datum[${JSON.stringify(field)}])`] } };
  return {
    ...view,
    encoding: { ...encoding, opacity: { condition: { ...test, value: own ?? 1 }, value: 0.08 } },
  };
}
