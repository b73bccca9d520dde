import type { Random } from '../data/random';
import type { Engine, ItemScorer } from '../engines/engine';
import { InputError } from '../errors';
import { loadPart } from '../load-part';
import type { FindNearest, NearestPoints } from './knn';

/** Who compares, and how far it goes. */
export interface Comparing {
  readonly scorer: Engine['scorer'];
  /** Multiplications, n² · dimensions, up to which all points are compared with all. */
  readonly work: number;
  readonly random: Random;
}

/** For more neighbours than this the approximate search takes longer than comparing all. */
const MAX_APPROXIMATE_NEIGHBOURS = 32;
/** Multiplications between two pauses. */
const OPERATIONS_PER_PAUSE = 2 ** 28;
/** Neighbours looked at beyond those asked for: single precision may exchange some that are equally far. */
const SPARE = 4;
/** Points whose exact neighbours measure how many were found. */
const MEASURED_POINTS = 200;

/** Exact as far as that is fast, approximate beyond. */
export function nearestBy({ scorer, work, random }: Comparing): FindNearest {
  return async (values, dimensions, k, pause) => {
    const n = values.length / dimensions;
    const comparison = new Comparison(values, dimensions, scorer);
    try {
      if (n * n * dimensions <= work || k > MAX_APPROXIMATE_NEIGHBOURS) {
        const atOnce = Math.max(16, Math.min(1024, Math.floor(OPERATIONS_PER_PAUSE / (n * dimensions))));
        return { ...(await comparison.all(k, atOnce, pause)), recall: null };
      }
      const { approximateNearest } = await loadPart(() => import('./approximate-nearest'));
      const found = await approximateNearest(values, dimensions, k, random);
      const step = Math.max(1, Math.floor(n / MEASURED_POINTS));
      const some = Int32Array.from({ length: Math.ceil(n / step) }, (_, i) => i * step);
      return { ...found, recall: recallOf(found, some, await comparison.of(some, k)) };
    } finally {
      comparison.dispose();
    }
  };
}

/** Points compared with all others, in blocks, by an engine. */
class Comparison {
  private readonly centred: Float32Array;
  private readonly scorer: ItemScorer;

  constructor(
    private readonly values: Float32Array,
    private readonly d: number,
    scorer: Engine['scorer'],
  ) {
    // Distances stay; products lose less where vectors share no large part.
    this.centred = withoutMean(values, d);
    const bias = new Float32Array(values.length / d);
    for (let n = 0; n < bias.length; n++) {
      let squares = 0;
      for (let i = n * d; i < (n + 1) * d; i++) squares += this.centred[i] ** 2;
      bias[n] = -squares / 2;
    }
    // |a − b|² = |a|² + |b|² − 2 a·b: who is nearest has the largest a·b − |b|²/2.
    this.scorer = scorer({ dimensions: d, columns: this.centred, bias, temperature: 1 });
  }

  /** The nearest of every point, so many points at a time. */
  async all(k: number, atOnce: number, pause: (share: number) => Promise<void>): Promise<NearestPoints> {
    const n = this.centred.length / this.d;
    const indices = new Int32Array(n * k);
    const distances = new Float64Array(n * k);
    for (let start = 0; start < n; start += atOnce) {
      const points = Int32Array.from({ length: Math.min(atOnce, n - start) }, (_, i) => start + i);
      const found = await this.of(points, k);
      indices.set(found.indices, start * k);
      distances.set(found.distances, start * k);
      await pause((start + points.length) / n);
    }
    return { k, indices, distances };
  }

  /** The nearest of some points. */
  async of(points: Int32Array, k: number): Promise<NearestPoints> {
    const { d, centred } = this;
    const u = new Float32Array(points.length * d);
    points.forEach((point, i) => {
      u.set(centred.subarray(point * d, (point + 1) * d), i * d);
    });
    const themselves = {
      offsets: Uint32Array.from({ length: points.length + 1 }, (_, i) => i),
      indices: Uint32Array.from(points),
    };
    const { width, positions } = await this.scorer.top(u, k + SPARE, themselves);
    const indices = new Int32Array(points.length * k);
    const distances = new Float64Array(points.length * k);
    const near = new Int32Array(width);
    const far = new Float64Array(width);
    points.forEach((point, i) => {
      let used = 0;
      for (const other of positions.subarray(i * width, (i + 1) * width)) {
        if (other < 0) break;
        const distance = this.distance(point, other);
        // They come nearly in order: few have to move.
        let at = used++;
        for (; at > 0 && (far[at - 1] > distance || (far[at - 1] === distance && near[at - 1] > other)); at--) {
          far[at] = far[at - 1];
          near[at] = near[at - 1];
        }
        far[at] = distance;
        near[at] = other;
      }
      if (used < k) throw new InputError(`expected ${k} points beside each, found ${used} with numbers`);
      indices.set(near.subarray(0, k), i * k);
      distances.set(far.subarray(0, k), i * k);
    });
    return { k, indices, distances };
  }

  dispose(): void {
    this.scorer.dispose();
  }

  /** Squared, in double precision. */
  private distance(a: number, b: number): number {
    const { d, values } = this;
    let sum = 0;
    for (let i = 0; i < d; i++) sum += (values[a * d + i] - values[b * d + i]) ** 2;
    return sum;
  }
}

function withoutMean(values: Float32Array, d: number): Float32Array {
  const mean = new Float64Array(d);
  const n = values.length / d;
  for (let at = 0; at < values.length; at++) mean[at % d] += values[at] / n;
  return values.map((value, at) => value - mean[at % d]);
}

/** Share of the nearest of some points that are among those found; equally far ones stand for each other. */
function recallOf(found: NearestPoints, points: Int32Array, exact: NearestPoints): number {
  const { k } = exact;
  let hits = 0;
  points.forEach((point, i) => {
    const furthest = exact.distances[(i + 1) * k - 1];
    for (let j = point * k; j < (point + 1) * k; j++) {
      if (found.distances[j] <= furthest * (1 + 1e-5)) hits++;
    }
  });
  return hits / (points.length * k);
}
