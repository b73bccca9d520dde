import type { NearestPoints } from '../../embedding/knn';
import { InputError } from '../../errors';
import { loadPart } from '../../load-part';
import { checkpoint } from '../../task';
import { nearestPoints } from '../affinities';
import type { ProjectionMethod } from '../projection';
import { method as pca } from './pca';

/** Positions are shown at most this often, in milliseconds. */
const SHOW_INTERVAL_MS = 500;
/** Share of the progress that finding neighbours takes. */
const NEIGHBOURS_SHARE = 0.15;

/** Uniform manifold approximation and projection (McInnes, Healy and Melville, 2018), by umap-js. */
export const method: ProjectionMethod = {
  id: 'umap',
  title: 'UMAP',
  order: 0,
  help: 'Keeps neighbours together. Distances between far groups, and the sizes of groups, mean little.',
  options: [
    {
      kind: 'number',
      id: 'neighbours',
      title: 'Neighbours',
      help: 'Few show fine detail; many show the large shape.',
      group: 'model',
      unit: 'nearest points of each',
      default: 15,
      minimum: 2,
      maximum: 200,
      step: 1,
      integer: true,
    },
    {
      kind: 'number',
      id: 'minimumDistance',
      title: 'Minimum distance',
      help: 'How close together points may lie.',
      group: 'model',
      unit: 'in the plane',
      default: 0.1,
      minimum: 0,
      maximum: 0.99,
      step: 0.05,
      integer: false,
    },
  ],
  bounded: true,
  async project({ values, dimensions: d }, options, task) {
    const { random, nearest = nearestPoints } = task;
    const count = values.length / d;
    if (count < 3) throw new InputError(`expected at least three points to project, found ${count}`);
    const { UMAP } = await loadPart(() => import('umap-js'));
    const neighbours = Math.min(options.neighbours as number, count - 1);
    // Something to look at while the neighbours are found: the same vectors by PCA.
    const first = await pca.project({ values, dimensions: d }, {}, { ...task, progress: () => undefined });
    task.progress(0, 'finding neighbours', { x: first.x, y: first.y });
    await task.yieldNow();
    let lastShown = task.clock();
    // umap-js counts a point among its neighbours.
    const near = await nearest(values, d, neighbours - 1, async (share) => {
      if (task.clock() - lastShown < SHOW_INTERVAL_MS) return;
      await checkpoint(task, NEIGHBOURS_SHARE * share, 'finding neighbours', null);
      lastShown = task.clock();
    });
    const umap = new UMAP({
      nComponents: 2,
      nNeighbors: neighbours,
      minDist: options.minimumDistance as number,
      random: random.next,
    });
    umap.setPrecomputedKNN(...withItself(near, count));
    // Given the neighbours, it asks of the vectors only how many there are.
    const epochs = umap.initializeFit(Array.from({ length: count }, () => []));
    let shown = task.clock();
    for (let epoch = 0; epoch < epochs; epoch++) {
      umap.step();
      if (task.clock() - shown < SHOW_INTERVAL_MS) continue;
      const share = NEIGHBOURS_SHARE + ((1 - NEIGHBOURS_SHARE) * (epoch + 1)) / epochs;
      await checkpoint(task, share, 'laying out', planar(umap.getEmbedding()));
      shown = task.clock();
    }
    return { ...planar(umap.getEmbedding()), variance: null, recall: near.recall };
  },
};

/** Indices and distances as umap-js takes them: each point is the nearest to itself. */
function withItself({ k, indices, distances }: NearestPoints, count: number): [number[][], number[][]] {
  const points = Array.from({ length: count }, (_, point) => point);
  return [
    points.map((point) => [point, ...indices.subarray(point * k, (point + 1) * k)]),
    points.map((point) => [0, ...distances.subarray(point * k, (point + 1) * k).map(Math.sqrt)]),
  ];
}

function planar(embedding: number[][]): { x: Float32Array; y: Float32Array } {
  return {
    x: Float32Array.from(embedding, ([x]) => x),
    y: Float32Array.from(embedding, ([, y]) => y),
  };
}
