import { topK } from './top-k';

/** Entries at the two ends of an axis, the outermost first. */
export interface Extremes {
  readonly high: Int32Array;
  readonly low: Int32Array;
}

/** The n entries at each end; fewer where there are not 2n, so that none is at both. */
export function extremes(coordinates: Float32Array, n: number): Extremes {
  const each = Math.min(n, coordinates.length >> 1);
  return {
    high: topK(coordinates, each),
    low: topK(
      coordinates.map((value) => -value),
      each,
    ),
  };
}
