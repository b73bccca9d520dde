import type { NearestFound, NearestPoints } from '../embedding/knn';
import { topK } from '../embedding/top-k';

/** Points compared with all others at a time: each vector that is fetched serves them all. */
const TILE = 4;
/** Tiles between two pauses. */
const TILES_PER_CHECKPOINT = 8;

/** The exact k nearest of each point, without itself and without an engine; the work grows with n². */
export async function nearestPoints(
  values: Float32Array,
  d: number,
  k: number,
  pause: (share: number) => Promise<void>,
): Promise<NearestFound> {
  const n = values.length / d;
  const vectors = Float64Array.from(values);
  const lengths = Float64Array.from({ length: n }, (_, point) => dot(vectors, d, point, point));
  const indices = new Int32Array(n * k);
  const distances = new Float64Array(n * k);
  // |a − b|² = |a|² + |b|² − 2 a·b; half of it, less |a|², orders the others alike.
  const closeness = Array.from({ length: TILE }, () => new Float64Array(n));
  for (let start = 0; start < n; start += TILE) {
    compare(vectors, lengths, d, start, closeness);
    for (let point = start; point < Math.min(n, start + TILE); point++) {
      const close = closeness[point - start];
      const near = topK(close, k, (other) => other === point);
      for (let i = 0; i < k; i++) {
        indices[point * k + i] = near[i];
        distances[point * k + i] = Math.max(0, lengths[point] - 2 * close[near[i]]);
      }
    }
    if ((start / TILE) % TILES_PER_CHECKPOINT === 0) await pause(start / n);
  }
  return { k, indices, distances, recall: null };
}

/** Fills `closeness` with a·b − |b|²/2 for four points a from `start` on, and all b. */
function compare(
  vectors: Float64Array,
  lengths: Float64Array,
  d: number,
  start: number,
  [close0, close1, close2, close3]: Float64Array[],
): void {
  const last = lengths.length - 1;
  // Past the end the last point stands in: what is computed for it twice is not read.
  const [a0, a1, a2, a3] = [0, 1, 2, 3].map((i) => Math.min(last, start + i) * d);
  for (let other = 0; other <= last; other++) {
    let dot0 = 0;
    let dot1 = 0;
    let dot2 = 0;
    let dot3 = 0;
    for (let i = 0, b = other * d; i < d; i++, b++) {
      const value = vectors[b];
      dot0 += vectors[a0 + i] * value;
      dot1 += vectors[a1 + i] * value;
      dot2 += vectors[a2 + i] * value;
      dot3 += vectors[a3 + i] * value;
    }
    const half = lengths[other] / 2;
    close0[other] = dot0 - half;
    close1[other] = dot1 - half;
    close2[other] = dot2 - half;
    close3[other] = dot3 - half;
  }
}

function dot(vectors: Float64Array, d: number, a: number, b: number): number {
  let sum = 0;
  for (let i = 0; i < d; i++) sum += vectors[a * d + i] * vectors[b * d + i];
  return sum;
}

/** Joint probabilities of pairs in compressed sparse rows: symmetric, and 1 in sum. */
export interface Affinities {
  /** Length n + 1. */
  readonly offsets: Uint32Array;
  readonly indices: Int32Array;
  readonly probabilities: Float64Array;
}

/** Halvings of the interval of the bandwidth; as many as change anything in double precision. */
const HALVINGS = 64;
const TOLERANCE = 1e-5;

/**
 * How likely each pair is to be neighbours, by Gaussians whose width at each point gives it `perplexity` neighbours in
 * effect (van der Maaten and Hinton, 2008), over the nearest points only (van der Maaten, 2014).
 */
export function affinities({ k, indices: near, distances }: NearestPoints, perplexity: number): Affinities {
  const n = near.length / k;
  const conditional = new Float64Array(n * k);
  for (let point = 0; point < n; point++) {
    const range = [point * k, (point + 1) * k];
    gaussian(distances.subarray(...range), conditional.subarray(...range), Math.log(perplexity));
  }
  return symmetric(near, conditional, n, k);
}

/** Fills `into` with probabilities of the given entropy, in nats, or as near as it can be. */
function gaussian(squared: Float64Array, into: Float64Array, entropy: number): void {
  let precision = 1;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  for (let halving = 0; halving < HALVINGS; halving++) {
    let sum = 0;
    let moment = 0;
    for (let i = 0; i < into.length; i++) {
      // Relative to the nearest, so that far-off points do not all vanish.
      const gap = squared[i] - squared[0];
      into[i] = Math.exp(-precision * gap);
      sum += into[i];
      moment += into[i] * gap;
    }
    for (let i = 0; i < into.length; i++) into[i] /= sum;
    const excess = Math.log(sum) + (precision * moment) / sum - entropy;
    if (Math.abs(excess) < TOLERANCE) return;
    if (excess > 0) low = precision;
    else high = precision;
    precision = high === Number.POSITIVE_INFINITY ? precision * 2 : (low + high) / 2;
  }
}

/** (p of j at i + p of i at j) / 2n. */
function symmetric(near: Int32Array, conditional: Float64Array, n: number, k: number): Affinities {
  const incoming = new Uint32Array(n + 1);
  for (const to of near) incoming[to + 1]++;
  for (let point = 0; point < n; point++) incoming[point + 1] += incoming[point];
  const sources = new Int32Array(near.length);
  const cursor = incoming.slice(0, n);
  for (let at = 0; at < near.length; at++) sources[cursor[near[at]]++] = at;

  const offsets = new Uint32Array(n + 1);
  const indices = new Int32Array(2 * near.length);
  const probabilities = new Float64Array(2 * near.length);
  /** Where in the row under way each point stands, or a place before the row. */
  const place = new Int32Array(n).fill(-1);
  let written = 0;
  const add = (rowStart: number, other: number, probability: number) => {
    if (place[other] < rowStart) {
      place[other] = written;
      indices[written++] = other;
    }
    probabilities[place[other]] += probability / (2 * n);
  };
  for (let point = 0; point < n; point++) {
    const rowStart = written;
    for (let at = point * k; at < (point + 1) * k; at++) add(rowStart, near[at], conditional[at]);
    for (let at = incoming[point]; at < incoming[point + 1]; at++) {
      add(rowStart, Math.floor(sources[at] / k), conditional[sources[at]]);
    }
    offsets[point + 1] = written;
  }
  return { offsets, indices: indices.slice(0, written), probabilities: probabilities.slice(0, written) };
}
