import { topK } from './top-k';

export const NEIGHBOUR_METRICS = ['cosine', 'dot', 'euclidean'] as const;
export type NeighbourMetric = (typeof NEIGHBOUR_METRICS)[number];

export interface Neighbour {
  readonly index: number;
  /** Cosine, dot product, or Euclidean distance. */
  readonly score: number;
}

/**
 * The k entries nearest to `index`, or with `least` the k furthest from it, the outermost first, without itself.
 * `vectors` is count × dimensions.
 */
export function nearest(
  vectors: Float32Array,
  dimensions: number,
  index: number,
  k: number,
  metric: NeighbourMetric,
  least = false,
): Neighbour[] {
  const closeness = closenessTo(vectors, dimensions, index, metric);
  const ranked = least ? closeness.map((value) => -value) : closeness;
  const best = topK(ranked, k, (i) => i === index);
  return Array.from(best, (i) => ({ index: i, score: metric === 'euclidean' ? -closeness[i] : closeness[i] }));
}

/** Larger is nearer: cosine, dot product, or minus the distance. */
function closenessTo(vectors: Float32Array, d: number, index: number, metric: NeighbourMetric): Float64Array {
  const own = Float64Array.from(vectors.subarray(index * d, (index + 1) * d));
  switch (metric) {
    case 'cosine':
      return cosines(vectors, own);
    case 'dot':
      return products(vectors, own);
    case 'euclidean':
      return distances(vectors, own).map((distance) => -distance);
    default:
      return metric satisfies never;
  }
}

function products(vectors: Float32Array, own: Float64Array): Float64Array {
  const d = own.length;
  const result = new Float64Array(vectors.length / d);
  for (let n = 0, at = 0; n < result.length; n++) {
    let dot = 0;
    for (let i = 0; i < d; i++, at++) dot += own[i] * vectors[at];
    result[n] = dot;
  }
  return result;
}

function cosines(vectors: Float32Array, own: Float64Array): Float64Array {
  const d = own.length;
  const result = new Float64Array(vectors.length / d);
  let ownSquares = 0;
  for (const value of own) ownSquares += value * value;
  const ownLength = Math.sqrt(ownSquares);
  for (let n = 0, at = 0; n < result.length; n++) {
    let dot = 0;
    let squares = 0;
    for (let i = 0; i < d; i++, at++) {
      const value = vectors[at];
      dot += own[i] * value;
      squares += value * value;
    }
    const lengths = ownLength * Math.sqrt(squares);
    result[n] = lengths > 0 ? dot / lengths : 0;
  }
  return result;
}

function distances(vectors: Float32Array, own: Float64Array): Float64Array {
  const d = own.length;
  const result = new Float64Array(vectors.length / d);
  for (let n = 0, at = 0; n < result.length; n++) {
    let squares = 0;
    for (let i = 0; i < d; i++, at++) {
      const difference = own[i] - vectors[at];
      squares += difference * difference;
    }
    result[n] = Math.sqrt(squares);
  }
  return result;
}
