/// <reference lib="dom" />
// A line that grows.

const NAMESPACE = 'http://www.w3.org/2000/svg';
const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [560, 240, 46, 12, 14, 36];

export interface LineChart {
  readonly element: SVGSVGElement;
  /** Draws `values[i]` at `i + 1`, on an axis from 1 to `total`. */
  draw(values: readonly number[], total: number): void;
}

/** A chart of a quantity by step, from zero to its largest value. */
export function lineChart(quantity: string): LineChart {
  const element = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img' });
  const describe = (text: string): void => element.setAttribute('aria-label', text);
  describe(`${quantity} by step: nothing yet`);
  return {
    element,
    draw(values, total) {
      const most = nextTick(Math.max(...values, 0));
      const x = (step: number): number =>
        LEFT + ((step - 1) / Math.max(1, total - 1)) * (WIDTH - LEFT - RIGHT);
      const y = (value: number): number => TOP + (1 - value / most) * (HEIGHT - TOP - BOTTOM);
      const lines = [0, 0.5, 1].flatMap((share) => [
        svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: y(share * most), y2: y(share * most) }),
        text(`${share * most}`, { x: LEFT - 6, y: y(share * most) + 4, 'text-anchor': 'end' }),
      ]);
      const points = values.map((value, i) => `${x(i + 1).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
      element.replaceChildren(
        ...lines,
        text('1', { x: LEFT, y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle' }),
        text(`${total}`, { x: WIDTH - RIGHT, y: HEIGHT - BOTTOM + 16, 'text-anchor': 'end' }),
        text('step', { x: (LEFT + WIDTH - RIGHT) / 2, y: HEIGHT - 6, 'text-anchor': 'middle' }),
        text(quantity, {
          x: 12,
          y: HEIGHT / 2 - 10,
          transform: `rotate(-90 12 ${HEIGHT / 2 - 10})`,
          'text-anchor': 'middle',
        }),
        svg('polyline', { class: 'line', points }),
      );
      describe(`${quantity} by step: ${values.at(-1)?.toFixed(3)} after ${values.length} of ${total} steps`);
    },
  };
}

/** The smallest of 1, 2, 3 and 5 times a power of ten that is not below a value. */
function nextTick(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-3)));
  return [1, 2, 3, 5, 10].map((factor) => factor * power).find((tick) => tick >= value) as number;
}

function svg<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Name] {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

function text(content: string, attributes: Readonly<Record<string, string | number>>): SVGTextElement {
  const element = svg('text', attributes);
  element.textContent = content;
  return element;
}
