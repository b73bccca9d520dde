import type { Random } from '../data/random';
import { topK } from '../embedding/top-k';
import { InputError } from '../errors';

/** How well a map keeps who is near whom. */
export interface ProjectionQuality {
  /** Neighbours looked at for each point. */
  readonly neighbours: number;
  /** Share of them, in the vectors' space, that are among the nearest in the plane too, in [0, 1]. */
  readonly kept: number;
  /** 1 where no point is among the nearest in the plane that is not among them in space; less the farther off it is. */
  readonly trustworthiness: number;
  /** The same with plane and space exchanged: what was near and was torn apart. */
  readonly continuity: number;
  /** Points looked at: all, or a sample of them. */
  readonly points: number;
}

/** Multiplications spent at most, unless the fewest points need more. */
const WORK = 1.5e8;
const FEWEST_POINTS = 50;
const MAX_POINTS = 500;

/**
 * Trustworthiness and continuity (Venna and Kaski, 2001) over the k nearest by Euclidean distance. For large maps they
 * are estimated from points drawn at random, each compared with all others. `values` is n × dimensions.
 * @throws InputError for fewer than three points
 */
export function projectionQuality(
  values: Float32Array,
  dimensions: number,
  { x, y }: { x: Float32Array; y: Float32Array },
  random: Random,
  k = 10,
): ProjectionQuality {
  const n = x.length;
  if (n < 3) throw new InputError(`expected at least three points for the quality of a map, found ${n}`);
  // The measure is defined for k < n / 2.
  const neighbours = Math.min(k, (n - 1) >> 1);
  const affordable = Math.max(FEWEST_POINTS, Math.min(MAX_POINTS, Math.floor(WORK / (n * dimensions))));
  const all = Int32Array.from({ length: n }, (_, point) => point);
  const points = n <= affordable ? all : random.shuffle(all).slice(0, affordable);
  const inSpace = new Float64Array(n);
  const inPlane = new Float64Array(n);
  let kept = 0;
  let intruders = 0;
  let lost = 0;
  for (const point of points) {
    for (let other = 0; other < n; other++) {
      let sum = 0;
      for (let i = 0, a = point * dimensions, b = other * dimensions; i < dimensions; i++, a++, b++) {
        const difference = values[a] - values[b];
        sum += difference * difference;
      }
      const dx = x[point] - x[other];
      const dy = y[point] - y[other];
      inSpace[other] = -sum;
      inPlane[other] = -(dx * dx + dy * dy);
    }
    const self = (other: number) => other === point;
    const nearInSpace = topK(inSpace, neighbours, self);
    const nearInPlane = topK(inPlane, neighbours, self);
    for (const other of nearInSpace) if (nearInPlane.includes(other)) kept++;
    intruders += excessRanks(nearInPlane, nearInSpace, inSpace, point);
    lost += excessRanks(nearInSpace, nearInPlane, inPlane, point);
  }
  const worst = (points.length * neighbours * (2 * n - 3 * neighbours - 1)) / 2;
  return {
    neighbours,
    kept: kept / (points.length * neighbours),
    trustworthiness: 1 - intruders / worst,
    continuity: 1 - lost / worst,
    points: points.length,
  };
}

/** For the points of one neighbourhood that are not in the other: by how many places they miss it. */
function excessRanks(of: Int32Array, missingIn: Int32Array, closeness: Float64Array, point: number): number {
  let sum = 0;
  for (const other of of) {
    if (missingIn.includes(other)) continue;
    let nearer = 0;
    for (let i = 0; i < closeness.length; i++) {
      // Ties go to the lower position, as in the neighbourhoods themselves.
      if (i !== point && (closeness[i] > closeness[other] || (closeness[i] === closeness[other] && i < other)))
        nearer++;
    }
    sum += nearer + 1 - missingIn.length;
  }
  return sum;
}
