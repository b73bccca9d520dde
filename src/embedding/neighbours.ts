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
  const count = vectors.length / d;
  const result = new Float64Array(count);
  const ownNorm = norm(vectors, d, index);
  for (let n = 0; n < count; n++) {
    let dot = 0;
    let distance = 0;
    for (let i = 0; i < d; i++) {
      const a = vectors[index * d + i];
      const b = vectors[n * d + i];
      dot += a * b;
      distance += (a - b) * (a - b);
    }
    switch (metric) {
      case 'cosine': {
        const lengths = ownNorm * norm(vectors, d, n);
        result[n] = lengths > 0 ? dot / lengths : 0;
        break;
      }
      case 'dot':
        result[n] = dot;
        break;
      case 'euclidean':
        result[n] = -Math.sqrt(distance);
        break;
      default:
        metric satisfies never;
    }
  }
  return result;
}

function norm(vectors: Float32Array, d: number, index: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += vectors[index * d + i] ** 2;
  return Math.sqrt(sum);
}
