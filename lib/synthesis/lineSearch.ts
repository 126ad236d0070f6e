// A line search for the strong Wolfe conditions. Source: Nocedal and Wright, "Numerical Optimization", 2nd edition, section 3.5; the limits and
// the safeguard of the interpolation are those of PyTorch's L-BFGS, so that a run takes the same steps.

/** The objective at a place of the line. */
export interface LinePoint {
  /** Distance from the start, in units of the direction. */
  readonly t: number;
  readonly value: number;
  readonly gradient: Float64Array;
  /** The derivative along the line. */
  readonly slope: number;
}

export interface LineSearchResult {
  readonly point: LinePoint;
  /** Evaluations of the objective. */
  readonly evaluations: number;
}

/** Sufficient decrease and curvature. */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_EVALUATIONS = 25;
/** A bracket in which no variable moves by more than this is not divided further. */
const SHORTEST = 1e-9;

/** From `start` (t = 0) along a direction whose largest component is `extent`, first tried at `first`: a point that satisfies both conditions or,
 *  where 25 evaluations find none, the best of the last bracket. Ends at the first point that is not finite, with that point. */
export async function strongWolfe(
  start: LinePoint,
  { first, extent, at }: { first: number; extent: number; at: (t: number) => Promise<LinePoint> },
): Promise<LineSearchResult> {
  let evaluations = 0;
  const evaluate = async (t: number): Promise<LinePoint> => {
    evaluations++;
    return at(t);
  };
  const isTooHigh = ({ t, value }: LinePoint): boolean => value > start.value + DECREASE * t * start.slope;
  const isFlat = ({ slope }: LinePoint): boolean => Math.abs(slope) <= -CURVATURE * start.slope;

  // First further and further away, until a bracket holds such a point.
  let before = start;
  let point = await evaluate(first);
  let bracket: [LinePoint, LinePoint] | undefined;
  for (let step = 0; step < MOST_EVALUATIONS; step++) {
    if (!isFinitePoint(point)) return { point, evaluations };
    if (isTooHigh(point) || (step > 1 && point.value >= before.value)) bracket = [before, point];
    else if (isFlat(point)) return { point, evaluations };
    else if (point.slope >= 0) bracket = [before, point];
    if (bracket !== undefined) break;
    const [nearest, furthest] = [point.t + 0.01 * (point.t - before.t), 10 * point.t];
    const next = interpolated(before, point, nearest, furthest);
    before = point;
    point = await evaluate(next);
  }
  bracket ??= [start, point];

  // Then within it, from both ends.
  let stalled = false;
  let [low, high] = ordered(bracket);
  while (evaluations <= MOST_EVALUATIONS && Math.abs(high.t - low.t) * extent >= SHORTEST) {
    const [left, right] = low.t < high.t ? [low, high] : [high, low];
    let t = interpolated(left, right, left.t, right.t);
    const margin = 0.1 * (right.t - left.t);
    if (Math.min(right.t - t, t - left.t) < margin) {
      // Close to an end twice in a row, or at it: the bracket would hardly shrink.
      const isAtEnd = t >= right.t || t <= left.t;
      if (stalled || isAtEnd) t = right.t - t < t - left.t ? right.t - margin : left.t + margin;
      stalled = !(stalled || isAtEnd);
    } else stalled = false;
    point = await evaluate(t);
    if (!isFinitePoint(point)) return { point, evaluations };
    if (isTooHigh(point) || point.value >= low.value) [low, high] = ordered([low, point]);
    else {
      if (isFlat(point)) return { point, evaluations };
      if (point.slope * (high.t - low.t) >= 0) high = low;
      low = point;
    }
  }
  return { point: low, evaluations };
}

export function isFinitePoint({ value, gradient }: LinePoint): boolean {
  return Number.isFinite(value) && gradient.every(Number.isFinite);
}

/** The lower one first. */
function ordered([a, b]: [LinePoint, LinePoint]): [LinePoint, LinePoint] {
  return a.value <= b.value ? [a, b] : [b, a];
}

/** The minimum, within bounds, of the cubic that has the values and slopes of two points; the middle of the bounds where it has none. */
function interpolated(a: LinePoint, b: LinePoint, nearest: number, furthest: number): number {
  const mean = a.slope + b.slope - (3 * (a.value - b.value)) / (a.t - b.t);
  const square = mean * mean - a.slope * b.slope;
  if (!(square >= 0)) return (nearest + furthest) / 2;
  const root = Math.sqrt(square);
  const t =
    a.t <= b.t
      ? b.t - (b.t - a.t) * ((b.slope + root - mean) / (b.slope - a.slope + 2 * root))
      : a.t - (a.t - b.t) * ((a.slope + root - mean) / (a.slope - b.slope + 2 * root));
  return Math.min(Math.max(t, nearest), furthest);
}
