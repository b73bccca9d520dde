import type { Random } from '../data/random';
import { loadPart } from '../load-part';
import type { NearestPoints } from './knn';

/** What umap-js finds neighbours with; its types keep it to itself. */
interface NeighbourSearch {
  nearestNeighbors(points: number[][]): { knnIndices: number[][]; knnDistances: number[][] };
}

/** Most of the k nearest of each point, by umap-js: random projection trees, then neighbours of neighbours (Dong et al., 2011). */
export async function approximateNearest(
  values: Float32Array,
  d: number,
  k: number,
  random: Random,
): Promise<NearestPoints> {
  const { UMAP } = await loadPart(() => import('umap-js'));
  const n = values.length / d;
  const points = Array.from({ length: n }, (_, point) => Array.from(values.subarray(point * d, (point + 1) * d)));
  // A point may be found to be near itself.
  const search = new UMAP({ nNeighbors: k + 1, random: random.next }) as unknown as NeighbourSearch;
  const { knnIndices, knnDistances } = search.nearestNeighbors(points);
  const indices = new Int32Array(n * k);
  const distances = new Float64Array(n * k);
  for (let point = 0; point < n; point++) {
    let at = point * k;
    for (let i = 0; i <= k && at < (point + 1) * k; i++) {
      if (knnIndices[point][i] === point) continue;
      indices[at] = knnIndices[point][i];
      distances[at++] = knnDistances[point][i] ** 2;
    }
  }
  return { k, indices, distances };
}
