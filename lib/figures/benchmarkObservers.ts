// Who is who in the figures of the benchmark: one name, colour and mark for each observer, the same in every figure.
import { type BenchmarkResult, HUMANS } from '../results/benchmark';
import { COLOURS, type ColourScale, PALETTE } from './theme';

const MODEL_COLOURS = [
  PALETTE.blue,
  PALETTE.vermilion,
  PALETTE.green,
  PALETTE.orange,
  PALETTE.skyBlue,
  PALETTE.black,
  // The palette's yellow is too pale for a line on white.
  '#857500',
];
/** Beyond seven networks colours return, with other marks. */
const MODEL_SHAPES = ['circle', 'square', 'triangle-up', 'triangle-down', 'cross'];

/** What every figure of a result shares. */
export interface ObserverStyle {
  /** `humans`, then the networks: what most figures show. */
  readonly shown: readonly string[];
  readonly networks: readonly string[];
  /** Human observers one by one. */
  readonly humanObservers: readonly string[];
  readonly colours: ColourScale;
  readonly shapes: { domain: string[]; range: string[] };
}

/** The style of a result's observers: humans in the humans' colour as diamonds, networks in the order of their names. */
export function observerStyle({ observers }: Pick<BenchmarkResult, 'observers'>): ObserverStyle {
  const networks = observers.filter(({ kind }) => kind === 'model').map(({ name }) => name);
  const humanObservers = observers
    .filter(({ kind, name }) => kind === 'human' && name !== HUMANS)
    .map(({ name }) => name);
  const shown = observers.some(({ name }) => name === HUMANS) ? [HUMANS, ...networks] : networks;
  const number = (name: string): number => networks.indexOf(name);
  return {
    shown,
    networks,
    humanObservers,
    colours: {
      domain: [...shown],
      range: shown.map((name) =>
        name === HUMANS
          ? COLOURS.humans
          : Object.hasOwn(COLOURS, name)
            ? COLOURS[name]
            : MODEL_COLOURS[number(name) % MODEL_COLOURS.length],
      ),
    },
    shapes: {
      domain: [...shown],
      range: shown.map((name) =>
        name === HUMANS
          ? 'diamond'
          : MODEL_SHAPES[Math.floor(number(name) / MODEL_COLOURS.length) % MODEL_SHAPES.length],
      ),
    },
  };
}

const LEGEND = { orient: 'top', columns: 4, symbolOpacity: 1 } as const;

/** Colour by observer; without a title the legend speaks for itself. */
export function observerColour(style: ObserverStyle) {
  return {
    field: 'observer',
    type: 'nominal',
    title: null,
    scale: style.colours,
    legend: LEGEND,
  } as const;
}

/** Mark by observer, in one legend with the colours. */
export function observerShape(style: ObserverStyle) {
  return { field: 'observer', type: 'nominal', title: null, scale: style.shapes, legend: LEGEND } as const;
}
